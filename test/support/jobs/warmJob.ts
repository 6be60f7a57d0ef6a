import type { WarmJob } from '#shared/acting/job.ts';

/** A warm-up that runs: of the warmer `top` of `shop:`, at 50 loads a second, a quarter done. */
export function warmJob(change: Partial<WarmJob> = {}): WarmJob {
  return {
    ...{ kind: 'warm', id: 'warm-1', planId: 'plan', targetId: 'default' },
    ...{ title: 'Warm 400 entries of top (shop:) in demo', actor: 'ada', approver: null, reason: '' },
    ...{ state: 'running', pauseText: '', startedAtMs: 0, endedAtMs: null, outcome: '' },
    ...{ prefix: 'shop:', warmer: 'top', perSecond: 50 },
    progress: {
      ...{ entryCount: 400, doneCount: 100, instance: 'shop-1', stage: 'stage 2 of 3', startCount: 1 },
    },
    ...change,
  };
}
