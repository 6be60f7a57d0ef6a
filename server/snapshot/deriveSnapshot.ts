import type { Lookups } from '#shared/lookups.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { ConnectionState, Snapshot } from '#shared/snapshot.ts';
import { derivePatterns } from './derivePatterns.ts';
import type { NodeWatch } from './nodeWatch.ts';
import type { TargetWatchOptions } from './targetWatchOptions.ts';
import type { RecentTraffic, TrafficWatch } from './trafficWatch.ts';

export interface SnapshotParts extends TargetWatchOptions {
  readonly sequence: number;
  readonly node: NodeWatch;
  readonly traffic: TrafficWatch;
}

/** Puts what the watches last read into one snapshot. */
export function deriveSnapshot(parts: SnapshotParts): Snapshot {
  const { samples, node, traffic, history, connection, nowMs } = parts;
  const atMs = nowMs();
  const nodeSnapshot = node.snapshot();
  const summary = samples.summary();
  const recent = traffic.recentTraffic(atMs);
  const sources = traffic.sources();
  const lastReadAtMs = node.lastReadAtMs();
  return {
    targetId: parts.targetId,
    environment: parts.environment,
    atMs,
    sequence: parts.sequence,
    connection: { ...connection.status(), lastReadAtMs },
    nodes: [nodeSnapshot],
    lookups: whileConnected(nodeSnapshot.lookups, connection.status()),
    serviceLookups: sumTraffic(recent, sources.length > 0),
    patterns: derivePatterns({
      samples: samples.patterns(),
      sampledAtMs: summary.state === 'known' ? summary.value.endedAtMs : null,
      sampledCount: summary.state === 'known' ? summary.value.sampledCount : 0,
      whyNoSample: summary.state === 'unknown' ? summary : unknown('pending', 'No key has been sampled yet.'),
      traffic: recent,
      reported: traffic.reportedPatterns(),
      sources,
    }),
    sample: summary,
    metricsSources: sources,
    history: history.state(),
  };
}

/** When the window has run out during an outage, the reason is the outage. */
function whileConnected(lookups: Reading<Lookups>, connection: ConnectionState): Reading<Lookups> {
  if (lookups.state === 'known' || connection.state !== 'unreachable') return lookups;
  return unknown('failed', connection.detail);
}

function sumTraffic(traffic: ReadonlyMap<string, RecentTraffic>, isConfigured: boolean): Reading<Lookups> {
  const all = [...traffic.values()];
  if (all.length === 0) {
    return isConfigured
      ? unknown('pending', 'No service has reported look-ups within the last minute.')
      : unknown('notConfigured', 'No service exports its look-ups here. Start with --metrics URL.');
  }
  const sum = (pick: (one: RecentTraffic) => number) => all.reduce((total, one) => total + pick(one), 0);
  const windowMs = all.reduce((longest, one) => Math.max(longest, one.windowMs), 0);
  const atMs = all.reduce((latest, one) => Math.max(latest, one.atMs), 0);
  return known(
    { hits: sum((one) => one.hits), misses: sum((one) => one.misses), windowMs },
    atMs,
    'metrics of the services',
  );
}
