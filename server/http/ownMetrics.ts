import { Counter, collectDefaultMetrics, Gauge, Registry } from 'prom-client';
import type { LookupCounts } from '#shared/lookups.ts';
import type { Snapshot } from '#shared/snapshot.ts';
import { type AuditFacts, addAuditMetrics } from './auditMetrics.ts';

/** What the server exports about itself. No key, tag or pattern is ever a label. */
export interface OwnMetrics {
  readonly contentType: string;
  text(): Promise<string>;
  /** Call at every snapshot. */
  observe(snapshot: Snapshot): void;
  countJob(state: string): void;
}

/** Both are asked at each scrape; `ownLookups` are look-ups of our own since the start. */
export function createOwnMetrics(ownLookups: () => LookupCounts, auditFacts: () => AuditFacts): OwnMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  addAuditMetrics(registry, auditFacts);
  const registers = [registry];
  const up = new Gauge({
    name: 'cachescope_redis_up',
    help: '1 when Redis answered the last reading',
    registers,
  });
  const age = new Gauge({
    name: 'cachescope_redis_data_age_seconds',
    help: 'Age of the last reading',
    registers,
  });
  const patterns = new Gauge({ name: 'cachescope_patterns', help: 'Patterns known', registers });
  const sampled = new Gauge({ name: 'cachescope_sampled_keys', help: 'Keys in the last sample', registers });
  const recording = new Gauge({
    name: 'cachescope_history_recording',
    help: '1 when history is written',
    registers,
  });
  // Until the first reading: zero would be an age and a count.
  for (const gauge of [age, patterns, sampled]) gauge.set(Number.NaN);
  const jobs = new Counter({
    name: 'cachescope_jobs_total',
    help: 'Jobs ended, by state',
    labelNames: ['state'],
    registers,
  });
  const sources = new Gauge({
    name: 'cachescope_metrics_sources',
    help: 'Scraped metrics endpoints by state',
    labelNames: ['state'],
    registers,
  });
  new Counter({
    name: 'cachescope_redis_own_lookups_total',
    help: 'Own look-ups that raised keyspace_hits or keyspace_misses, subtracted from what is shown',
    registers,
    collect() {
      this.reset();
      this.inc(ownLookups().hits + ownLookups().misses);
    },
  });
  return {
    contentType: registry.contentType,
    text: () => registry.metrics(),
    observe: (snapshot) => {
      up.set(snapshot.connection.state === 'connected' ? 1 : 0);
      const readAtMs = snapshot.connection.lastReadAtMs;
      if (readAtMs !== null) age.set(Math.max(0, snapshot.atMs - readAtMs) / 1_000);
      if (snapshot.sample.state === 'known' || snapshot.patterns.length > 0)
        patterns.set(snapshot.patterns.length);
      if (snapshot.sample.state === 'known') sampled.set(snapshot.sample.value.sampledCount);
      recording.set(snapshot.history.state === 'recording' ? 1 : 0);
      for (const state of ['up', 'down', 'pending'] as const) {
        sources.set({ state }, snapshot.metricsSources.filter((source) => source.state === state).length);
      }
    },
    countJob: (state) => jobs.inc({ state }),
  };
}
