import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RetryRounds } from '#cache/resilience/retryRounds.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function open(outcomes: boolean[]) {
  const state = { isWaiting: true, roundCount: 0 };
  const rounds = new RetryRounds(
    { backoffMs: 100, maxBackoffMs: 400 },
    {
      hasWaiting: () => state.isWaiting,
      runRound: async () => {
        state.roundCount += 1;
        return outcomes.shift() ?? false;
      },
    },
  );
  return { rounds, state };
}

/** Times of the rounds in the next so many ms. */
async function timesWithin(ms: number, state: { readonly roundCount: number }): Promise<number[]> {
  const times: number[] = [];
  for (let at = 1; at <= ms; at += 1) {
    const before = state.roundCount;
    await vi.advanceTimersByTimeAsync(1);
    if (state.roundCount > before) times.push(at);
  }
  return times;
}

it('comes again later after each failure, up to the bound, and soon after a success', async () => {
  const { rounds, state } = open([false, false, false, true]);
  rounds.arm();
  rounds.arm();
  expect(await timesWithin(1_250, state)).toEqual([100, 300, 700, 1_100, 1_200]);
});

it('runs nothing while nothing waits', async () => {
  const { rounds, state } = open([]);
  state.isWaiting = false;
  rounds.arm();
  expect(await timesWithin(1_000, state)).toEqual([]);
});

it('is one round for all who ask while it runs', async () => {
  const { rounds, state } = open([true]);
  await Promise.all([rounds.run(), rounds.run()]);
  expect(state.roundCount).toBe(1);
});

it('tries once more when it is closed, and never again', async () => {
  const { rounds, state } = open([]);
  rounds.arm();
  await rounds.close();
  expect([rounds.isClosed, state.roundCount]).toEqual([true, 1]);
  rounds.arm();
  expect(await timesWithin(1_000, state)).toEqual([]);
});
