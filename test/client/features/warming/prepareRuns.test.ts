import { expect, it } from 'vitest';
import { prepareRuns } from '#client/features/warming/prepareRuns.ts';
import type { PastWarm } from '#client/features/warming/warmingModel.ts';
import { known, unknown } from '#shared/reading.ts';

const whole = { afterMs: 300_000, spanMs: 300_000 };
const pending = unknown('pending', 'It ended less than a minute ago.');

function rowOf(change: Partial<PastWarm> = {}) {
  const [row] = prepareRuns([
    {
      ...{ jobId: 'a', subject: 'shop: top', actor: 'ada', reason: '', state: 'completed', outcome: '' },
      ...{ startedAtMs: 0, endedAtMs: 90_000, plannedCount: 400, perSecond: 50, plannedMs: 80_000 },
      effect: { before: known(0.412, 0, ''), after: known(0.95, 0, ''), ...whole },
      auditSequence: 7,
      ...change,
    },
  ]);
  const plain = (text: string | null | undefined) => text?.replaceAll(/\s/g, ' ');
  return {
    ...row,
    took: plain(row?.tookText),
    planned: plain(row?.plannedText),
    effect: plain(row?.effectText),
  };
}

it('a run has what it took beside what was planned, and what it did to the hit rate', () => {
  expect(rowOf()).toMatchObject({
    ...{ stateText: 'completed', tone: 'calm', took: '1 min 30 s', planned: '1 min 20 s at 50.0/s' },
    ...{ effect: '41.2 % to 95.0 %, +53.8 pp', whyNoEffect: null },
  });
});

it('what is not known of it is neither 0 nor empty', () => {
  expect(rowOf({ endedAtMs: null, plannedMs: null, perSecond: null, state: 'interrupted' })).toMatchObject({
    ...{ tookText: null, plannedText: null, tone: 'bad', stateText: 'interrupted: the server ended' },
  });
  expect(rowOf({ effect: { before: known(0.4, 0, ''), after: pending, ...whole } })).toMatchObject({
    ...{ effectText: null, whyNoEffect: pending },
  });
  expect(rowOf({ effect: { before: pending, after: known(0.95, 0, ''), ...whole } })).toMatchObject({
    ...{ effect: '95.0 % after', whyNoEffect: pending },
  });
});

it('while not all of the time after it is over, it says how much of it is', () => {
  const early = { after: known(0.95, 0, ''), afterMs: 125_000, spanMs: 300_000 };
  expect(rowOf({ effect: { before: known(0.412, 0, ''), ...early } })).toMatchObject({
    effect: '41.2 % to 95.0 %, +53.8 pp so far, 2 of 5 min',
  });
  expect(rowOf({ effect: { before: pending, ...early } })).toMatchObject({
    effect: '95.0 % after so far, 2 of 5 min',
  });
});
