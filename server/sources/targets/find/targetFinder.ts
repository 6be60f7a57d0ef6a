import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { ScrapeTarget } from '../scrapeTarget.ts';

/** What one look found. */
export interface Found {
  readonly targets: readonly ScrapeTarget[];
  /** What was left out of it, for an operator; empty when nothing was. */
  readonly leftOut: string;
}

/** One thing that names targets. */
export interface TargetFinder {
  readonly kind: MetricsFinder['kind'];
  readonly name: string;
  /** Time until the next look, ms; asked for after each. */
  readonly everyMs: () => number;
  /** Targets from before the server was started, which stand until the first look. @default none */
  readonly remembered?: readonly ScrapeTarget[];
  /** Rejects when it cannot be looked at; the message is for an operator, and what was found before stays. */
  find(): Promise<Found>;
}

/** Most targets that one finder may name. */
export const MAX_FOUND_TARGETS = 1_000;
