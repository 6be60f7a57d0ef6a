import { expect, test } from 'vitest';
import { spreadPhaseMs } from '#server/sources/targets/spreadPhases.ts';

function phasesOf(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => spreadPhaseMs(at, 5_000)).sort((a, b) => a - b);
}

test('spreads many targets over the interval, and leaves its middle free', () => {
  const phases = phasesOf(200);
  expect(phases[0]).toBe(0);
  expect(phases.every((phase) => phase >= 0 && phase < 5_000)).toBe(true);
  expect(phases.some((phase) => phase > 2_000 && phase < 3_000)).toBe(false);
  expect(new Set(phases).size).toBe(200);
});

test('begins again at the start when there are more than fit', () => {
  expect(phasesOf(400).filter((phase) => phase === 0)).toHaveLength(2);
});

test('keeps few targets at the start of the interval, where a step of the history ends', () => {
  expect(phasesOf(10).at(-1)).toBeLessThan(250);
});
