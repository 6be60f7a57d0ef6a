import type { PurgeJob } from '#shared/acting/job.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';

/** Nobody knows what the purge asks of the source. */
const noLoad: LoadForecast = {
  currentPerSecond: null,
  capacityPerSecond: null,
  peakExtra: null,
  halfOverMs: null,
  mostOverMs: null,
  extraPerSecond: [],
  stepMs: 5_000,
  whyUnknown: 'No metrics tell how often keys of product:{id} are read.',
};

export const planNowMs = 1_800_000_000_000;

export function purgePlan(more: Partial<PurgePlan> = {}): PurgePlan {
  return {
    id: 'plan-1',
    token: 'token-of-the-plan-1',
    kind: 'purge',
    targetId: 'default',
    environment: 'prod-eu',
    createdAtMs: planNowMs,
    expiresAtMs: planNowMs + 300_000,
    title: 'Purge 48,210 keys tagged category:electronics in prod-eu',
    selection: { by: 'tag', layout: 'simple', tagKey: 'tag:category:electronics' },
    subject: 'tag:category:electronics',
    method: { how: 'now' },
    whyMethod: '',
    keyCount: 48_210,
    existingCount: { value: 47_800, low: 47_300, high: 48_100, isExact: false },
    bytes: { value: 117_440_512, low: 113_246_208, high: 121_634_816, isExact: false },
    expiringSoonRatio: 0.31,
    patterns: [
      { pattern: 'home:blocks', count: 1, isUnusual: true },
      { pattern: 'product:{id}', count: 44_106, isUnusual: false },
    ],
    sampleKeys: ['product:1', 'product:2'],
    largestKeys: [{ key: 'product:9', bytes: 40_960 }],
    isFrozenList: true,
    shellCommands: ["redis-cli SMEMBERS 'tag:category:electronics'"],
    warning: 'Purged keys cannot be brought back.',
    confirmation: { kind: 'typed', text: 'prod-eu 48210' },
    isReasonRequired: true,
    isApprovalNeeded: false,
    keysPerSecond: 2_000,
    load: noLoad,
    notes: [],
    undo: { state: 'notKept', why: 'The data is said to be wrong or leaked.' },
    fence: { state: 'fenced', withinMs: 1_000 },
    ...more,
  };
}

export function purgeJob(more: Partial<PurgeJob> = {}): PurgeJob {
  return {
    id: 'job-1',
    planId: 'plan-1',
    kind: 'purge',
    method: { how: 'now' },
    undoUntilMs: null,
    targetId: 'default',
    title: 'Purge 48,210 keys tagged category:electronics in prod-eu',
    actor: 'local',
    approver: null,
    reason: 'wrong prices',
    state: 'running',
    startedAtMs: planNowMs,
    endedAtMs: null,
    progress: {
      plannedCount: 48_210,
      scannedCount: 10_000,
      changedCount: 9_000,
      skippedCount: 1_000,
      failedCount: 0,
      unknownCount: 0,
    },
    pauseText: '',
    outcome: '',
    ...more,
  };
}
