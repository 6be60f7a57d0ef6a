import { expect, it } from 'vitest';
import { Setbacks } from '#server/jobs/warm/setbacks.ts';
import { manualClock } from '#test/support/manualClock.ts';

it('has a job rest after each setback, and then go on', () => {
  const clock = manualClock();
  const setbacks = new Setbacks(clock);
  expect(setbacks.wait()).toBeNull();
  expect(setbacks.take('it stopped', 10)).toBe(true);
  expect(setbacks.wait()).toEqual({ text: 'it stopped', isPlanned: false });
  clock.advance(15_000);
  expect(setbacks.wait()).toBeNull();
});

it('gives up after five in a row without getting on, and begins to count anew when it got on', () => {
  const setbacks = new Setbacks(manualClock());
  const takes = (doneCounts: readonly number[]) =>
    doneCounts.map((count) => setbacks.take('it stopped', count));
  expect(takes([10, 10, 10, 10])).toEqual([true, true, true, true]);
  expect(takes([11, 11, 5, 11])).toEqual([true, true, true, true]);
  expect(takes([11])).toEqual([false]);
});
