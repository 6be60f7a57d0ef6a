import { FAN_OUT_BOUNDS, LAG_BOUNDS_SECONDS } from '#shared/histogram/eventHistograms.ts';
import { metricNames } from '#shared/metricNames.ts';
import type {
  EventTally,
  InvalidationCounts,
  InvalidationSource,
  VerifiedTally,
} from '#shared/services/invalidationCounts.ts';
import type { MetricSample } from '../../expositionReader.ts';
import type { ToldInvalidation } from './toldInvalidation.ts';

/** Most events of one instance; a label without bounds must not fill the memory. */
const MAX_EVENTS = 500;

/** What samples of one instance say of its invalidations; `cache` is the value of their label. `atMs` = when they were read. */
export function parseInvalidation(
  samples: readonly MetricSample[],
  cache: string,
  atMs: number,
): ToldInvalidation {
  const own = new SampleSums(samples.filter(({ labels }) => labels.get('cache') === cache));
  const retriesOldestSeconds = own.first(metricNames.retriesOldestAge, {});
  return {
    tally: { counts: countsOf(own), events: eventsOf(own), verified: verifiedOf(own) },
    coherence: coherenceOf(own),
    retriesWaiting: own.first(metricNames.retriesQueued, {}),
    retriesSinceMs: retriesOldestSeconds === null ? null : atMs - retriesOldestSeconds * 1_000,
    deadLetters: own.valuesOf(metricNames.deadLetters, 'queue').map((queue) => {
      const [first] = own.matching(metricNames.deadLetters, { queue });
      return { queue, count: first?.value ?? null, stream: first?.labels.get('stream') || null };
    }),
  };
}

type Wanted = Readonly<Record<string, string>>;

/** Samples by name, added up over the labels that nobody asks for. */
class SampleSums {
  readonly #byName = new Map<string, MetricSample[]>();

  constructor(samples: readonly MetricSample[]) {
    for (const sample of samples) {
      if (!Number.isFinite(sample.value)) continue;
      const found = this.#byName.get(sample.name);
      if (found === undefined) this.#byName.set(sample.name, [sample]);
      else found.push(sample);
    }
  }

  matching(name: string, wanted: Wanted): readonly MetricSample[] {
    const labels = Object.entries(wanted);
    return (this.#byName.get(name) ?? []).filter((sample) =>
      labels.every(([label, value]) => sample.labels.get(label) === value),
    );
  }

  /** A counter that has not counted has no series. */
  sum(name: string, wanted: Wanted): number {
    return this.matching(name, wanted).reduce((sum, { value }) => sum + value, 0);
  }

  sumOrNull(name: string, wanted: Wanted): number | null {
    return this.matching(name, wanted).length === 0 ? null : this.sum(name, wanted);
  }

  first(name: string, wanted: Wanted): number | null {
    return this.matching(name, wanted)[0]?.value ?? null;
  }

  valuesOf(name: string, label: string): readonly string[] {
    return [...new Set(this.matching(name, {}).map(({ labels }) => labels.get(label) ?? ''))];
  }
}

function countsOf(own: SampleSums): InvalidationCounts {
  const asked = (source: InvalidationSource) => own.sum(metricNames.invalidations, { source });
  const retried = (state: string) => own.sum(metricNames.retries, { state });
  return {
    asked: {
      tag: asked('tag'),
      key: asked('key'),
      event: asked('event'),
      pattern: asked('pattern'),
      version: asked('version'),
      operator: asked('operator'),
    },
    removed: own.sum(metricNames.removals, {}),
    stored: own.sum(metricNames.puts, {}),
    sent: own.sum(metricNames.broadcasts, { direction: 'sent' }),
    received: own.sum(metricNames.broadcasts, { direction: 'received' }),
    missed: own.sumOrNull(metricNames.broadcasts, { direction: 'missed' }),
    duplicate: own.sumOrNull(metricNames.broadcasts, { direction: 'duplicate' }),
    flushes: own.sum(metricNames.coherenceChanges, { state: 'lost' }),
    flushedEntries: own.sum(metricNames.evictions, { layer: 'l1', cause: 'disconnected' }),
    retryQueued: retried('queued'),
    retryDone: retried('done'),
    retryDead: retried('deadLettered'),
    retryDropped: retried('dropped'),
  };
}

function eventsOf(own: SampleSums): readonly EventTally[] {
  const names = new Set([
    ...own.valuesOf(metricNames.events, 'event'),
    ...own.valuesOf(`${metricNames.eventLag}_count`, 'event'),
  ]);
  return [...names].slice(0, MAX_EVENTS).map((event): EventTally => {
    const times = (state: string) => own.sum(metricNames.events, { event, state });
    return {
      event,
      published: times('published'),
      applied: times('applied'),
      replayed: own.sumOrNull(metricNames.events, { event, state: 'replayed' }),
      duplicate: times('duplicate'),
      failed: times('failed'),
      deadLettered: times('deadLettered'),
      lost: times('lost'),
      removed: own.sum(metricNames.eventFanOut, { event }),
      lagCount: own.sum(`${metricNames.eventLag}_count`, { event }),
      lagMs: own.sum(`${metricNames.eventLag}_sum`, { event }) * 1_000,
      lagBuckets: bucketsOf(own, { name: metricNames.eventLag, event, bounds: LAG_BOUNDS_SECONDS }),
      fanOutBuckets: bucketsOf(own, { name: metricNames.eventFanOutSizes, event, bounds: FAN_OUT_BOUNDS }),
    };
  });
}

interface HistogramName {
  readonly name: string;
  readonly event: string;
  readonly bounds: readonly number[];
}

/** Counts of each bucket and of what is above; null where there is no histogram, or one with other bounds. */
function bucketsOf(own: SampleSums, { name, event, bounds }: HistogramName): readonly number[] | null {
  const reached = new Map<number, number>();
  for (const { labels, value } of own.matching(`${name}_bucket`, { event })) {
    const le = labels.get('le') ?? '';
    const bound = le === '+Inf' ? Number.POSITIVE_INFINITY : Number(le);
    reached.set(bound, (reached.get(bound) ?? 0) + value);
  }
  const all = [...bounds, Number.POSITIVE_INFINITY];
  if (reached.size !== all.length || !all.every((bound) => reached.has(bound))) return null;
  return all.map((bound, at) => {
    const below = at === 0 ? 0 : (reached.get(all[at - 1] ?? 0) ?? 0);
    return Math.max(0, (reached.get(bound) ?? 0) - below);
  });
}

function verifiedOf(own: SampleSums): readonly VerifiedTally[] {
  return own.valuesOf(metricNames.verified, 'age_class').flatMap((ageClass) =>
    own
      .valuesOf(metricNames.verified, 'result')
      .map((result) => ({
        ...{ result, ageClass },
        count: own.sum(metricNames.verified, { result, age_class: ageClass }),
      }))
      .filter(({ count }) => count > 0),
  );
}

function coherenceOf(own: SampleSums): ToldInvalidation['coherence'] {
  const states = own.matching(metricNames.coherenceState, {}).filter(({ value }) => value === 1);
  // Of two caches that share a page, the worse.
  const words = states.map(({ labels }) => labels.get('state'));
  if (words.includes('lost')) return 'lost';
  return words.includes('live') ? 'live' : null;
}
