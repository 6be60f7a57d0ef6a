import { expect, test } from 'vitest';
import { spreadPhaseMs } from '#server/sources/targets/spreadPhases.ts';

test('spreads any number of targets over the interval, the first at its start and none at its middle', () => {
  for (const count of [1, 2, 10, 200]) {
    const phases = Array.from({ length: count }, (_, at) => spreadPhaseMs(at, 5_000)).sort((a, b) => a - b);
    expect(phases[0]).toBe(0);
    expect(phases.every((phase) => phase >= 0 && phase < 5_000)).toBe(true);
    expect(phases.some((phase) => phase > 2_000 && phase < 3_000)).toBe(false);
    if (count < 200) continue;
    // No tenth of the interval has more than its share of what is used of it.
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => phases.filter((p) => Math.floor(p / 500) === tenth).length,
    );
    expect(Math.max(...perTenth)).toBeLessThanOrEqual(27);
  }
});
