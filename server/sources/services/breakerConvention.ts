import type { BreakerState } from '#shared/services/breakerState.ts';
import type { BreakerSource } from '#shared/services/serviceInstance.ts';
import type { MetricSample } from '../expositionReader.ts';
import type { BreakerEvents } from './instanceReading.ts';

/** What one series says of a breaker, in our terms and units. */
export type BreakerSign =
  /** One of several states, of which one is on. */
  | { readonly kind: 'state'; readonly state: BreakerState; readonly isOn: boolean }
  | { readonly kind: 'since'; readonly atMs: number }
  /** Some calls of its window; several series add up. */
  | { readonly kind: 'calls'; readonly count: number }
  | { readonly kind: 'failureRatio' | 'slowCallRatio'; readonly ratio: number }
  | { readonly kind: 'failureThreshold' | 'slowCallThreshold'; readonly ratio: number }
  | { readonly kind: 'minimumCalls' | 'notPermitted'; readonly count: number }
  | {
      readonly kind: 'transition';
      readonly to: BreakerState;
      readonly reason: string | null;
      readonly count: number;
    }
  | { readonly kind: 'event'; readonly event: keyof BreakerEvents; readonly count: number };

export interface SignOfBreaker {
  readonly name: string;
  readonly source: BreakerSource;
  readonly sign: BreakerSign;
}

/** How one library tells of its breakers. One file a convention. */
export interface BreakerConvention {
  /** All that it reads, for a scrape and for the query to a Prometheus server. */
  readonly metricNames: readonly string[];
  readonly labels: readonly string[];
  /** Null when the sample says nothing of a breaker that is wanted. */
  readonly read: (sample: MetricSample) => SignOfBreaker | null;
}
