import { expect, it } from 'vitest';
import { Pace } from '#server/jobs/pace.ts';
import { manualClock } from '#test/support/manualClock.ts';

const never = new AbortController().signal;

function feed(pace: Pace, roundTripMs: number, times: number): void {
  for (let index = 0; index < times; index += 1) pace.record(roundTripMs);
}

it('lets 2,000 keys a second through, whoever asks', async () => {
  const clock = manualClock();
  const pace = new Pace(clock);
  for (let batch = 0; batch < 101; batch += 1) await pace.wait(100, never);
  expect(clock.elapsedMs()).toBeCloseTo(5_000, 0);
});

it('does not catch up on time in which nobody asked', async () => {
  const clock = manualClock();
  const pace = new Pace(clock);
  clock.advance(60_000);
  await pace.wait(100, never);
  await pace.wait(100, never);
  expect(clock.pausedMs()).toBeCloseTo(50, 5);
});

it('slows down to 50 keys a second after three slow batches in a row, not after two, and recovers', () => {
  const pace = new Pace(manualClock());
  feed(pace, 3, 5);
  feed(pace, 60, 2);
  feed(pace, 3, 1);
  feed(pace, 16, 2);
  expect(pace.keysPerSecond).toBe(2_000);
  feed(pace, 16, 1);
  expect(pace.keysPerSecond).toBe(1_000);
  feed(pace, 60, 20);
  expect(pace.keysPerSecond).toBe(50);
  expect(pace.batchSize()).toBe(10);
  feed(pace, 3, 60);
  expect(pace.keysPerSecond).toBe(2_000);
  expect(pace.batchSize()).toBe(100);
});

it('takes a Redis that was slow from the start for slow', () => {
  const pace = new Pace(manualClock());
  feed(pace, 80, 3);
  expect(pace.keysPerSecond).toBe(1_000);
});
