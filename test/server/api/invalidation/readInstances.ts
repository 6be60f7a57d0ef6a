import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { InvalidationTally } from '#shared/services/invalidationCounts.ts';
import { tallyWith } from '#test/server/services/invalidation/tallies.ts';

/** An instance of `shop` that was read a second ago, twice within a minute; `recent` is what it did in it. */
export function readInstance(
  name: string,
  recent: InvalidationTally | null = tallyWith(),
  change: Partial<InstanceInvalidation> = {},
): InstanceInvalidation {
  return {
    ...{ id: name, service: 'shop', instance: name, version: '1', startedAtMs: 0, readAtMs: 99_000 },
    ...{ way: 'http', address: `http://${name}/metrics`, silentSinceMs: null },
    total: recent ?? tallyWith(),
    recent: recent === null ? null : { windowMs: 60_000, tally: recent },
    ...{ coherence: 'live', retriesWaiting: 0, retriesSinceMs: null, deadLetters: [] },
    ...change,
  };
}
