import { metricNames } from '#shared/metricNames.ts';
import type { BreakerState } from '#shared/services/breakerState.ts';
import type { MetricSample } from '../../expositionReader.ts';
import type { BreakerConvention, BreakerSign } from '../breakerConvention.ts';

const MS_PER_SECOND = 1_000;

/** `metrics_only` admits everything as `disabled` does, and counts meanwhile. */
const states: ReadonlyMap<string | undefined, BreakerState> = new Map([
  ['closed', 'closed'],
  ['open', 'open'],
  ['half_open', 'halfOpen'],
  ['forced_open', 'forcedOpen'],
  ['disabled', 'disabled'],
]);

/** Its word for a state, in ours. */
export function resilience4jState(word: string | undefined): BreakerState | undefined {
  return states.get(word);
}

/**
 * resilience4j's gauges, and our library's, which has the same and more; whose page it is, the page says elsewhere. Percents
 * below 0 mean "too few calls". Source: AbstractCircuitBreakerMetrics of resilience4j-micrometer 2.
 */
export const resilience4jBreakers: BreakerConvention = {
  metricNames: [
    metricNames.breakerState,
    metricNames.breakerCalls,
    metricNames.breakerFailureRate,
    metricNames.breakerSlowCallRate,
    metricNames.breakerFailureRateThreshold,
    metricNames.breakerSlowCallRateThreshold,
    metricNames.breakerMinimumCalls,
    metricNames.breakerStateSince,
    metricNames.breakerNotPermitted,
    metricNames.breakerTransitions,
  ],
  labels: ['name', 'state', 'kind', 'to', 'reason'],
  read: (sample) => {
    const name = sample.labels.get('name');
    const sign = name === undefined ? null : signOf(sample);
    return name === undefined || sign === null ? null : { name, source: 'resilience4j', sign };
  },
};

function signOf({ name, labels, value }: MetricSample): BreakerSign | null {
  switch (name) {
    case metricNames.breakerState:
      return stateSign(labels.get('state'), value);
    case metricNames.breakerCalls:
      return value < 0 ? null : { kind: 'calls', count: value };
    case metricNames.breakerFailureRate:
      return percentSign('failureRatio', value);
    case metricNames.breakerSlowCallRate:
      return percentSign('slowCallRatio', value);
    case metricNames.breakerFailureRateThreshold:
      return percentSign('failureThreshold', value);
    case metricNames.breakerSlowCallRateThreshold:
      return percentSign('slowCallThreshold', value);
    case metricNames.breakerMinimumCalls:
      return { kind: 'minimumCalls', count: value };
    case metricNames.breakerStateSince:
      return { kind: 'since', atMs: value * MS_PER_SECOND };
    case metricNames.breakerNotPermitted:
      return { kind: 'notPermitted', count: value };
    case metricNames.breakerTransitions: {
      const to = states.get(labels.get('to'));
      return to === undefined
        ? null
        : { kind: 'transition', to, reason: labels.get('reason') ?? null, count: value };
    }
    default:
      return null;
  }
}

function stateSign(word: string | undefined, value: number): BreakerSign | null {
  if (word === 'metrics_only' && value === 1) return { kind: 'state', state: 'disabled', isOn: true };
  const state = states.get(word);
  return state === undefined ? null : { kind: 'state', state, isOn: value === 1 };
}

function percentSign(
  kind: 'failureRatio' | 'slowCallRatio' | 'failureThreshold' | 'slowCallThreshold',
  percent: number,
): BreakerSign | null {
  return Number.isFinite(percent) && percent >= 0 ? { kind, ratio: percent / 100 } : null;
}
