import { AsyncLocalStorage } from 'node:async_hooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { repeatAligned } from '#server/snapshot/repeatAligned.ts';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_003_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

test('runs at once and then at the multiples of the interval', async () => {
  const ranAtMs: number[] = [];
  const repeating = repeatAligned({
    intervalMs: () => 10_000,
    nowMs: Date.now,
    task: async () => void ranAtMs.push(Date.now()),
  });
  await vi.advanceTimersByTimeAsync(18_000);
  expect(ranAtMs).toEqual([1_003_000, 1_010_000, 1_020_000]);
  await repeating.stop();
});

test('a run that is asked for belongs to nothing that whoever asks is doing', async () => {
  const scope = new AsyncLocalStorage<string>();
  const seen: (string | undefined)[] = [];
  const repeating = repeatAligned({
    intervalMs: () => 10_000,
    nowMs: Date.now,
    task: async () => void seen.push(scope.getStore()),
  });
  await vi.advanceTimersByTimeAsync(100);
  scope.run('a look-up', () => repeating.runSoon());
  await vi.advanceTimersByTimeAsync(20_000);
  expect(seen).toEqual([undefined, undefined, undefined, undefined]);
  await repeating.stop();
});

test('never runs twice at once; a run asked for meanwhile follows', async () => {
  let running = 0;
  let runCount = 0;
  const repeating = repeatAligned({
    intervalMs: () => 10_000,
    nowMs: Date.now,
    task: async () => {
      running += 1;
      runCount += 1;
      expect(running).toBe(1);
      await new Promise((resolve) => setTimeout(resolve, 500));
      running -= 1;
    },
  });
  repeating.runSoon();
  repeating.runSoon();
  await vi.advanceTimersByTimeAsync(1_200);
  expect(runCount).toBe(2);
  const stopped = repeating.stop();
  await vi.advanceTimersByTimeAsync(30_000);
  await stopped;
  expect(runCount).toBe(2);
});
