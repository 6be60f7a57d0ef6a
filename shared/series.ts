/** Values at equal steps; null is a gap (not measured), zero a measurement. */
export interface Series {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly values: readonly (number | null)[];
}

/** Most points that the server sends for one series; above it, charts cost more than they show. */
export const MAX_SERIES_POINTS = 360;

/**
 * `emptied` = nearly all keys went at once, by FLUSHALL or FLUSHDB or otherwise; `breaker` = breakers of a service opened, closed or
 * were forced.
 */
export const markKinds = [
  'purge',
  'warm',
  'restart',
  'failover',
  'emptied',
  'outage',
  'breaker',
  'note',
] as const;

/** A moment worth seeing on every chart: a purge, a restart, a change. */
export interface Mark {
  readonly atMs: number;
  readonly kind: (typeof markKinds)[number];
  readonly text: string;
  /** The audit entry that it tells of; absent = none. */
  readonly auditSequence?: number;
}
