import { expect, test } from 'vitest';
import { ServerTimeBudget } from '#server/snapshot/keys/serverTimeBudget.ts';

function budgetOf() {
  let nowMs = 0;
  const clock = {
    nowMs: () => nowMs,
    elapsedMs: () => nowMs,
    pause: async (ms: number) => {
      nowMs += ms;
    },
  };
  const budget = new ServerTimeBudget({ clock, burstMs: 100, msPerSecond: 10 });
  return { budget, clock };
}

test('what is spent comes back at its pace, and never more than the burst', async () => {
  const { budget, clock } = budgetOf();
  budget.spend(130);
  expect(budget.leftMs()).toBe(-30);
  await clock.pause(1_000);
  expect(budget.leftMs()).toBe(-20);
  await clock.pause(60_000);
  expect(budget.leftMs()).toBe(100);
});

test('whoever needs more than is left waits for it', async () => {
  const { budget, clock } = budgetOf();
  const { signal } = new AbortController();
  await budget.reach(10, signal);
  expect(clock.elapsedMs()).toBe(0);
  budget.spend(100);
  await budget.reach(10, signal);
  expect(clock.elapsedMs()).toBe(1_000);
});
