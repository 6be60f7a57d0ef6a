import type { Clock } from '#server/clock/clock.ts';
import type { RedisSettings } from '#server/config/config.ts';
import type { HistoryStore, SamplePoint, TtlPoint } from '#server/history/historyStore.ts';
import { openKeyStream } from '#server/redis/keyStream.ts';
import type { LookupLedger } from '#server/redis/lookupLedger.ts';
import type { Sample } from '#server/sources/deriveSample.ts';
import { createKeySampler } from '#server/sources/keySampler.ts';
import type { TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import type { PatternSample } from '#shared/snapshot.ts';
import type { TargetId } from '#shared/target.ts';
import type { SampleWatch } from './sampleWatch.ts';

export interface SampleWatchOptions {
  readonly targetId: TargetId;
  readonly settings: RedisSettings;
  readonly ledger: LookupLedger;
  readonly learner: PatternLearner;
  readonly history: HistoryStore;
  readonly clock: Clock;
  readonly random: () => number;
}

const MINUTE_MS = 60_000;

/** Starts to sample the keys, a round a minute, over a stream of its own; records each sample in the history. */
export function openSampleWatch(options: SampleWatchOptions): SampleWatch {
  const { targetId, learner, history, clock } = options;
  const listeners = new Set<() => void>();
  const stream = openKeyStream({ ...options, nowMs: clock.nowMs });
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const sampler = createKeySampler({
    ...options,
    stream,
    onSample: (sample) => {
      const minuteAtMs = Math.floor(sample.summary.endedAtMs / MINUTE_MS) * MINUTE_MS;
      history.recordSample(targetId, minuteAtMs, samplePoints(sample));
      history.recordTtl(targetId, sample.summary.endedAtMs, ttlPoints(sample));
      changed();
    },
    onFailure: changed,
  });
  sampler.start();
  return {
    summary: () => {
      const sample = sampler.sample();
      return sample.state === 'known' ? { ...sample, value: sample.value.summary } : sample;
    },
    patterns: () => {
      const sample = sampler.sample();
      return sample.state === 'known' ? sample.value.patterns : new Map<string, PatternSample>();
    },
    keysOf: (pattern) => sampler.keysOf(pattern),
    declare: (patterns) => {
      const fresh = patterns.filter((pattern) => !learner.isDeclared(pattern));
      for (const pattern of fresh) learner.declare(pattern);
      // The keys must bear the same names as the traffic, and not only a minute later.
      if (fresh.length > 0) sampler.rename();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => {
      stream.close();
      await sampler.stop();
    },
  };
}

function samplePoints(sample: Sample): readonly SamplePoint[] {
  return [...sample.patterns].map(([pattern, { keyCount, bytes, ttl }]) => ({
    pattern,
    keyCount: Math.round(keyCount.value),
    bytes: bytes === null ? null : Math.round(bytes.value),
    ttlP50Ms: ttl.p50Ms,
    noTtlRatio: ttl.sampledCount > 0 ? ttl.noTtlCount / ttl.sampledCount : null,
  }));
}

function ttlPoints({ summary, patterns }: Sample): readonly TtlPoint[] {
  const point = (pattern: string | null, { bucketCounts, noTtlCount, sampledCount }: TtlDistribution) => ({
    pattern,
    bucketCounts,
    noTtlCount,
    sampledCount,
    isExact: summary.isComplete,
  });
  return [point(null, summary.ttl), ...[...patterns].map(([pattern, { ttl }]) => point(pattern, ttl))];
}
