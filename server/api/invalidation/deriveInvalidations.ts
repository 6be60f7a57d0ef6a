import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import {
  type EventCount,
  type EventTally,
  type InvalidationCounts,
  type InvalidationTally,
  sumEvents,
  type VerifiedTally,
} from '#shared/services/invalidationCounts.ts';

/** What one instance counted, events added up. */
export interface InstanceCounts extends Omit<InvalidationCounts, 'asked'> {
  readonly askedCount: number;
  readonly events: Readonly<Record<EventCount, number>> & Pick<EventTally, 'replayed'>;
}

/** One instance of the matrix. */
export interface InvalidationRow extends Omit<InstanceInvalidation, 'total' | 'recent' | 'deadLetters'> {
  readonly total: InstanceCounts;
  readonly recent: (InstanceCounts & { readonly windowMs: number }) | null;
  /**
   * Messages that the other instances of its service sent over their last minute; null = it hears none, as it keeps nothing in
   * memory, or fewer than two of them are read.
   */
  readonly expectedCount: number | null;
}

/** One declared event of one service, over all of its instances. */
export interface EventRow {
  readonly service: string | null;
  readonly total: EventTally;
  /** Over the last minute; null = no instance was read twice. */
  readonly recent: EventTally | null;
}

/** How many entries wait in a dead-letter stream, as the instance says that was read last. */
export interface DeadLetterDepth {
  readonly service: string | null;
  readonly queue: string;
  readonly count: number | null;
  readonly readAtMs: number;
}

export interface Invalidations {
  readonly instances: readonly InvalidationRow[];
  readonly events: readonly EventRow[];
  /** Entries compared with their source since the instances began. */
  readonly verified: readonly VerifiedTally[];
  readonly deadLetters: readonly DeadLetterDepth[];
}

/** What the instances tell of their invalidations, by instance, by event and by age. */
export function deriveInvalidations(instances: readonly InstanceInvalidation[]): Invalidations {
  return {
    instances: instances.map((instance) => rowOf(instance, instances)),
    events: eventRows(instances),
    verified: sumVerified(instances.flatMap(({ total }) => total.verified)),
    deadLetters: depthsOf(instances),
  };
}

function rowOf(instance: InstanceInvalidation, all: readonly InstanceInvalidation[]): InvalidationRow {
  const { total, recent, deadLetters: _, ...rest } = instance;
  return {
    ...rest,
    total: countsOf(total),
    recent: recent === null ? null : { ...countsOf(recent.tally), windowMs: recent.windowMs },
    expectedCount: expectedOf(instance, all),
  };
}

function countsOf({ counts: { asked, ...counts }, events }: InvalidationTally): InstanceCounts {
  const sum = (count: EventCount) => events.reduce((total, event) => total + event[count], 0);
  return {
    ...counts,
    askedCount: Object.values(asked).reduce((total, count) => total + count, 0),
    events: {
      published: sum('published'),
      applied: sum('applied'),
      replayed: sumReplayed(events),
      duplicate: sum('duplicate'),
      failed: sum('failed'),
      deadLettered: sum('deadLettered'),
      lost: sum('lost'),
      removed: sum('removed'),
    },
  };
}

function sumReplayed(events: readonly EventTally[]): number | null {
  return events.reduce<number | null>(
    (total, { replayed }) => (total === null || replayed === null ? null : total + replayed),
    0,
  );
}

function expectedOf(
  { id, service, coherence }: InstanceInvalidation,
  all: readonly InstanceInvalidation[],
): number | null {
  if (coherence === null) return null;
  const others = all.filter(
    (other) => other.id !== id && other.service === service && other.silentSinceMs === null,
  );
  const told = others.flatMap(({ recent }) => recent ?? []);
  if (told.length === 0) return null;
  return told.reduce((sum, { tally }) => sum + tally.counts.sent, 0);
}

function eventRows(instances: readonly InstanceInvalidation[]): readonly EventRow[] {
  const rows = new Map<string, { service: string | null; total: EventTally; recent: EventTally | null }>();
  for (const { service, total, recent } of instances) {
    for (const tally of total.events) {
      const key = JSON.stringify([service, tally.event]);
      const row = rows.get(key);
      const added = recent?.tally.events.find(({ event }) => event === tally.event) ?? null;
      rows.set(key, {
        service,
        total: row === undefined ? tally : sumEvents(row.total, tally),
        recent: sumRecent(row?.recent ?? null, added),
      });
    }
  }
  return [...rows.values()];
}

function sumRecent(a: EventTally | null, b: EventTally | null): EventTally | null {
  if (a === null || b === null) return a ?? b;
  return sumEvents(a, b);
}

function sumVerified(tallies: readonly VerifiedTally[]): readonly VerifiedTally[] {
  const sums = new Map<string, VerifiedTally>();
  for (const tally of tallies) {
    const key = `${tally.ageClass} ${tally.result}`;
    sums.set(key, { ...tally, count: (sums.get(key)?.count ?? 0) + tally.count });
  }
  return [...sums.values()];
}

/** All instances of a service look at the same streams. */
function depthsOf(instances: readonly InstanceInvalidation[]): readonly DeadLetterDepth[] {
  const depths = new Map<string, DeadLetterDepth>();
  for (const { service, deadLetters, readAtMs } of instances) {
    for (const { queue, count } of deadLetters) {
      const key = JSON.stringify([service, queue]);
      const known = depths.get(key);
      if (known === undefined || known.count === null || (count !== null && readAtMs > known.readAtMs))
        depths.set(key, { service, queue, count, readAtMs });
    }
  }
  return [...depths.values()];
}
