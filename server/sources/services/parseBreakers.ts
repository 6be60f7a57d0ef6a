import type { BreakerThresholds } from '#shared/services/serviceInstance.ts';
import type { MetricSample } from '../expositionReader.ts';
import type { BreakerConvention, BreakerSign, SignOfBreaker } from './breakerConvention.ts';
import { breakerConventions } from './breakerConventions.ts';
import type { BreakerEvents, ToldBreaker, TransitionCount } from './instanceReading.ts';

/** A breaker while its series are gathered. */
interface Gathered {
  readonly told: { -readonly [Field in keyof ToldBreaker]: ToldBreaker[Field] };
  readonly transitions: TransitionCount[];
  onCount: number;
}

/** Most breakers of one page; a label without bounds must not fill the memory. */
const MAX_BREAKERS = 200;

/** The breakers of a page, in the order in which it names them. */
export function parseBreakers(samples: readonly MetricSample[]): readonly ToldBreaker[] {
  const found = new Map<string, Gathered>();
  for (const sample of samples) {
    const read = readSign(sample);
    if (read === null) continue;
    const key = `${read.source} ${read.name}`;
    const known = found.get(key);
    if (known === undefined && found.size >= MAX_BREAKERS) continue;
    const gathered = known ?? nothingOf(read);
    found.set(key, gathered);
    gather(gathered, read.sign);
  }
  return [...found.values()].map(finish);
}

function readSign(sample: MetricSample): SignOfBreaker | null {
  if (!Number.isFinite(sample.value)) return null;
  for (const convention of conventionsOf(sample.name)) {
    const sign = convention.read(sample);
    if (sign !== null) return sign;
  }
  return null;
}

function conventionsOf(metricName: string): readonly BreakerConvention[] {
  return breakerConventions.filter(({ metricNames }) => metricNames.includes(metricName));
}

function nothingOf({ name, source }: SignOfBreaker): Gathered {
  return {
    told: {
      ...{ name, source, state: null, stateSinceMs: null, callCount: null, failureRatio: null },
      ...{ slowCallRatio: null, thresholds: null, notPermittedCount: null, transitions: null, events: null },
    },
    transitions: [],
    onCount: 0,
  };
}

const noThresholds: BreakerThresholds = { failureRatio: null, slowCallRatio: null, minimumCallCount: null };
const noEvents: BreakerEvents = { openedCount: 0, closedCount: 0, succeededCount: 0, rejectedCount: 0 };

function gather(gathered: Gathered, sign: BreakerSign): void {
  const { told } = gathered;
  switch (sign.kind) {
    case 'state':
      if (!sign.isOn) return;
      told.state = sign.state;
      gathered.onCount += 1;
      return;
    case 'since':
      told.stateSinceMs = sign.atMs;
      return;
    case 'calls':
      told.callCount = (told.callCount ?? 0) + sign.count;
      return;
    case 'failureRatio':
    case 'slowCallRatio':
      told[sign.kind] = sign.ratio;
      return;
    case 'failureThreshold':
      told.thresholds = { ...(told.thresholds ?? noThresholds), failureRatio: sign.ratio };
      return;
    case 'slowCallThreshold':
      told.thresholds = { ...(told.thresholds ?? noThresholds), slowCallRatio: sign.ratio };
      return;
    case 'minimumCalls':
      told.thresholds = { ...(told.thresholds ?? noThresholds), minimumCallCount: sign.count };
      return;
    case 'notPermitted':
      told.notPermittedCount = (told.notPermittedCount ?? 0) + sign.count;
      return;
    case 'transition':
      gathered.transitions.push({ to: sign.to, reason: sign.reason, count: sign.count });
      return;
    case 'event':
      told.events = { ...(told.events ?? noEvents), [sign.event]: sign.count };
      return;
    default:
      sign satisfies never;
  }
}

function finish({ told, transitions, onCount }: Gathered): ToldBreaker {
  // Of two that share a name, or a page that contradicts itself, nobody knows the state.
  const state = onCount === 1 ? told.state : null;
  const rejectedCount = told.events?.rejectedCount ?? null;
  return {
    ...told,
    state,
    notPermittedCount: told.notPermittedCount ?? rejectedCount,
    transitions: transitions.length > 0 ? transitions : null,
  };
}
