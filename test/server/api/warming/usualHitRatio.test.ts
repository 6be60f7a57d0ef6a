import { expect, it } from 'vitest';
import { usualHitRatio } from '#server/api/warming/usualHitRatio.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';

const HOUR_MS = 3_600_000;
const UNTIL_MS = 10 * HOUR_MS;

function usual(hour: Reading<number>, lately: Reading<number>) {
  return usualHitRatio(({ fromMs, toMs }) => {
    expect(toMs).toBe(UNTIL_MS);
    return fromMs === UNTIL_MS - HOUR_MS ? hour : lately;
  }, UNTIL_MS);
}

const of = (value: number) => known(value, UNTIL_MS, 'test');
const none = unknown('notEnoughData', 'nothing');

it('is that of the hour, unless the last minutes of it were better', () => {
  expect(usual(of(0.9), of(0.4))).toMatchObject({ value: 0.9 });
  expect(usual(of(0.6), of(0.9))).toMatchObject({ value: 0.9 });
});

it('is that of the hour where the last minutes say nothing, and not known where the hour does not', () => {
  expect(usual(of(0.6), none)).toMatchObject({ value: 0.6 });
  expect(usual(none, none)).toEqual(none);
});
