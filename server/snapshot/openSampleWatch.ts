import type { RedisSettings } from '#server/config/config.ts';
import type { HistoryStore } from '#server/history/historyStore.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { unknown } from '#shared/reading.ts';
import type { SampleWatch } from './sampleWatch.ts';

export interface SampleWatchOptions {
  readonly settings: RedisSettings;
  readonly ledger: LookupLedger;
  readonly learner: PatternLearner;
  readonly history: HistoryStore;
  readonly nowMs: () => number;
  readonly random: () => number;
}

export function openSampleWatch(options: SampleWatchOptions): SampleWatch {
  const { learner } = options;
  return {
    summary: () => unknown('pending', 'Keys are not sampled yet.'),
    patterns: () => new Map(),
    declare: (patterns) => {
      for (const pattern of patterns) learner.declare(pattern);
    },
    onChange: () => () => {},
    close: () => {},
  };
}
