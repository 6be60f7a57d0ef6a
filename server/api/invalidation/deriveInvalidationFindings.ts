import type { InvalidationSeries } from '#server/history/invalidationPoint.ts';
import { bucketQuantile, FAN_OUT_BOUNDS, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { type InvalidationSource, invalidationSources } from '#shared/services/invalidationCounts.ts';
import { deriveInstanceFindings } from './deriveInstanceFindings.ts';
import type { InvalidationRow, Invalidations } from './deriveInvalidations.ts';
import type { InvalidationFinding } from './invalidationFinding.ts';

export interface FindingParts extends Invalidations {
  /** Of the hour before the last five minutes, all services; null = not recorded. */
  readonly baseline: InvalidationSeries | null;
  readonly nowMs: number;
}

const SLOW_LAG_MS = 5_000;
/** Ours: a percentile of fewer says little. */
const LEAST_EVENTS = 20;
/** RULES R19. */
const STORM_FACTOR = 10;
const STORM_FAN_OUT = 100;
const STORM_REMOVED_RATIO = 0.5;
/** Ours: below it a tenfold rise is nothing to look at. */
const LEAST_STORM_PER_SECOND = 5;
const LEAST_REMOVED = 100;
/** Ours: five minutes of the hour are known. */
const LEAST_BASELINE_STEPS = 5;

/** What the figures say of lost invalidations and of storms, worst first. */
export function deriveInvalidationFindings(parts: FindingParts): readonly InvalidationFinding[] {
  const heard = parts.instances.filter(({ silentSinceMs }) => silentSinceMs === null);
  const findings = [
    ...deriveInstanceFindings(heard, parts.nowMs),
    ...lossFindings(heard),
    ...letterFindings(parts),
    ...lagFindings(parts),
    ...stormFindings(parts, heard),
  ];
  const ranks = { critical: 0, warning: 1, note: 2 };
  return findings.sort((a, b) => ranks[a.severity] - ranks[b.severity]);
}

function lossFindings(heard: readonly InvalidationRow[]): readonly InvalidationFinding[] {
  const sum = (count: (row: NonNullable<InvalidationRow['recent']>) => number) =>
    heard.reduce((total, { recent }) => total + (recent === null ? 0 : count(recent)), 0);
  const lost = sum(({ events }) => events.lost);
  const dropped = sum(({ retryDropped }) => retryDropped);
  return [
    ...(lost === 0
      ? []
      : [
          {
            ...({ id: 'lost events', rule: 'R18', severity: 'critical', sinceMs: null } as const),
            text: `${lost} ${lost === 1 ? 'event was' : 'events were'} lost in the last minute.`,
            meaning:
              'The stream was trimmed or removed before they were read: what they name stays old until its TTL. Purge what changed meanwhile; then raise maxLength, or see why the consumers are behind.',
          },
        ]),
    ...(dropped === 0
      ? []
      : [
          {
            ...({ id: 'dropped', rule: 'R18', severity: 'critical', sinceMs: null } as const),
            text: `${dropped} ${dropped === 1 ? 'invalidation was' : 'invalidations were'} given up in the last minute.`,
            meaning: 'The queue of retries was full. What they mean stays old until its TTL: purge it.',
          },
        ]),
  ];
}

/** Of counters and families that write behind, instances tell only how many there are. */
function buriedOf(queue: string, recent: NonNullable<InvalidationRow['recent']>): number {
  if (queue === 'events') return recent.events.deadLettered;
  return queue === 'invalidations' ? recent.retryDead : 0;
}

/** What is done with letters once their cause is mended, by their queue. */
const wayOut: Readonly<Record<string, string>> = {
  events: 'replay it',
  invalidations: 'purge what it names',
};
/** All others are of counters and families that write behind. */
const WAY_OF_CHANGES = 'write it to the source where it is still right';

function letterFindings({ deadLetters, instances }: FindingParts): readonly InvalidationFinding[] {
  return deadLetters.flatMap(({ service, queue, count }): InvalidationFinding[] => {
    if (count === null || count === 0) return [];
    const isRising = instances.some(
      (row) => row.service === service && row.recent !== null && buriedOf(queue, row.recent) > 0,
    );
    return [
      {
        ...{ id: `letters ${service} ${queue}`, rule: 'R18', sinceMs: null },
        severity: isRising ? 'critical' : 'warning',
        text: `${count} dead ${count === 1 ? 'letter' : 'letters'} of ${service ?? 'a service without a name'} (${queue})${isRising ? ', and rising' : ''}.`,
        meaning: `Each was tried until it was given up: look at its reason, mend it, and ${wayOut[queue] ?? WAY_OF_CHANGES}.`,
      },
    ];
  });
}

function lagFindings({ events }: FindingParts): readonly InvalidationFinding[] {
  return events.flatMap(({ service, recent }): InvalidationFinding[] => {
    if (recent === null || recent.lagCount < LEAST_EVENTS || recent.lagBuckets === null) return [];
    const p95 = bucketQuantile(recent.lagBuckets, LAG_BOUNDS_SECONDS, 0.95);
    if (p95 === null || p95 * 1_000 <= SLOW_LAG_MS) return [];
    return [
      {
        ...{ id: `lag ${service} ${recent.event}`, rule: 'R18', severity: 'warning', sinceMs: null },
        text: `One ${recent.event} in 20 reaches ${service ?? 'its service'} later than ${SLOW_LAG_MS / 1_000} s.`,
        meaning: 'Until then its entries are old. The consumers are behind, or Redis is slow.',
      },
    ];
  });
}

function stormFindings(
  { events, baseline }: FindingParts,
  heard: readonly InvalidationRow[],
): readonly InvalidationFinding[] {
  const rate = heard.reduce((sum, { recent }) => sum + perSecond(recent, ({ askedCount }) => askedCount), 0);
  const usual = baseline === null ? null : meanAsked(baseline);
  const findings: InvalidationFinding[] = [];
  if (usual !== null && rate >= LEAST_STORM_PER_SECOND && rate >= STORM_FACTOR * usual) {
    findings.push({
      ...{ id: 'storm', rule: 'R19', severity: 'warning', sinceMs: null },
      text: `${rate.toFixed(0)} invalidations a second, where ${usual.toFixed(1)} are usual.`,
      meaning: 'An import, or a loop. See below which source and which event asks for them.',
    });
  }
  const recents = heard.flatMap(({ recent }) => recent ?? []);
  const removed = recents.reduce((sum, one) => sum + one.removed, 0);
  const stored = recents.reduce((sum, one) => sum + one.stored, 0);
  if (removed >= LEAST_REMOVED && stored > 0 && removed / stored >= STORM_REMOVED_RATIO) {
    findings.push({
      ...{ id: 'removed', rule: 'R19', severity: 'warning', sinceMs: null },
      text: `${removed} entries were removed while ${stored} were stored in the last minute.`,
      meaning: 'Much of what is cached is thrown away before it is read. Let invalidations name fewer keys.',
    });
  }
  return [...findings, ...events.flatMap(({ service, recent }) => wideEvent(service, recent))];
}

function wideEvent(
  service: string | null,
  recent: Invalidations['events'][number]['recent'],
): readonly InvalidationFinding[] {
  if (recent === null || recent.applied === 0) return [];
  const p95 =
    recent.fanOutBuckets === null ? null : bucketQuantile(recent.fanOutBuckets, FAN_OUT_BOUNDS, 0.95);
  const mean = recent.removed / recent.applied;
  if ((p95 ?? mean) < STORM_FAN_OUT) return [];
  return [
    {
      ...{ id: `wide ${service} ${recent.event}`, rule: 'R19', severity: 'warning', sinceMs: null },
      text: `${recent.event} removes ${mean.toFixed(0)} entries each time it reaches ${service ?? 'its service'}.`,
      meaning:
        'A small change invalidates a whole list: name what changed in place of a wide tag or pattern, or gather several events into one.',
    },
  ];
}

function perSecond(
  recent: InvalidationRow['recent'],
  count: (one: NonNullable<InvalidationRow['recent']>) => number,
): number {
  return recent === null || recent.windowMs <= 0 ? 0 : (count(recent) * 1_000) / recent.windowMs;
}

function meanAsked(series: InvalidationSeries): number | null {
  let asked = 0;
  let coveredMs = 0;
  let steps = 0;
  series.coveredMs.values.forEach((covered, at) => {
    if (covered === null) return;
    const counts = invalidationSources.map((source: InvalidationSource) => series[source].values[at] ?? null);
    if (counts.includes(null)) return;
    asked += counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);
    coveredMs += covered;
    steps += 1;
  });
  return steps < LEAST_BASELINE_STEPS ? null : (asked * 1_000) / coveredMs;
}
