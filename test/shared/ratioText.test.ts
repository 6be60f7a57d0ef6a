import { expect, it, test } from 'vitest';
import { knownSteps, packRatios, unpackRatios } from '#shared/ratioText.ts';

it('gives back what it packed, to 1/90, gaps as gaps', () => {
  const ratios = [null, 0, 1, 0.5, null, ...Array.from({ length: 91 }, (_, level) => level / 90), null];
  const back = unpackRatios(packRatios(ratios));
  expect(back.length).toBe(ratios.length);
  for (const [at, ratio] of ratios.entries()) {
    if (ratio === null) expect(back[at]).toBeNull();
    else expect(back[at]).toBeCloseTo(ratio, 2);
  }
});

it('keeps 0 and 1 exact, and what lies outside within them', () => {
  expect(unpackRatios(packRatios([0, 1, -0.1, 1.1]))).toEqual([0, 1, 0, 1]);
});

it('takes one byte a step in JSON', () => {
  const text = packRatios(Array.from({ length: 91 }, (_, level) => level / 90));
  expect(JSON.stringify(text).length).toBe(93);
});

test.each([
  [[null, 0.5, null, 0.1, null], { first: 1, last: 3 }],
  [[0.5], { first: 0, last: 0 }],
  [[null, null], null],
  [[], null],
])('of %j the known steps are %j', (ratios, steps) => {
  expect(knownSteps(packRatios(ratios))).toEqual(steps);
});
