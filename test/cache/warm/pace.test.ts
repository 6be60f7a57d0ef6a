import { expect, it } from 'vitest';
import { Pace } from '#cache/warm/pace.ts';

function openPace(jitterRatio = 0, random: () => number = () => 0.5) {
  let nowMs = 1_000;
  const pace = new Pace({ perSecond: 50, jitterRatio, clock: () => nowMs, random });
  return { pace, setNow: (ms: number) => (nowMs = ms) };
}

it('gives the first place at once and the others one after the other', () => {
  const { pace } = openPace();
  expect([pace.reserve(), pace.reserve(), pace.reserve()]).toEqual([0, 20, 40]);
});

it('makes up for nothing after idle time', () => {
  const { pace, setNow } = openPace();
  pace.reserve();
  setNow(60_000);
  expect([pace.reserve(), pace.reserve(), pace.reserve()]).toEqual([0, 20, 40]);
});

it('draws the time between two within the jitter', () => {
  const draws = [0, 0.999_999];
  const { pace } = openPace(0.2, () => draws.shift() ?? 0.5);
  expect(pace.reserve()).toBe(0);
  expect(pace.reserve()).toBeCloseTo(16);
  expect(pace.reserve()).toBeCloseTo(16 + 24, 3);
});

it('halves down to a sixteenth and comes back by small steps', () => {
  const { pace, setNow } = openPace();
  for (let index = 0; index < 10; index += 1) pace.slowDown();
  pace.reserve();
  expect(pace.reserve()).toBe(320);
  for (let index = 0; index < 30; index += 1) pace.speedUp();
  setNow(100_000);
  pace.reserve();
  expect(pace.reserve()).toBe(20);
});

it('does not wait for time to pass once more when the clock is set back', () => {
  const { pace, setNow } = openPace();
  pace.reserve();
  setNow(1_000 - 500_000);
  expect(pace.reserve()).toBe(20);
});
