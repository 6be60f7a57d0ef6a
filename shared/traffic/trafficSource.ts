/**
 * What counted a pattern's look-ups, first the one that is believed when several counted the same ones: who sees each
 * look-up of a caller by its key pattern, who sees it by cache name, who repeats what others counted, who sees Redis alone.
 */
export const trafficSourceIds = [
  'library',
  'bentocache',
  'cashews',
  'micrometer',
  'fusioncache',
  'django',
  'gocache',
  'opossum',
  'mapped',
  'prometheus',
  'probe',
  'redisExporter',
] as const;

export type TrafficSourceId = (typeof trafficSourceIds)[number];

/**
 * Whether what it counts is in the sums of what services count. A whole Redis is the sum of them already, and the probe sees
 * the look-ups that services may count themselves.
 */
export function isInTotals({
  identity,
  source,
}: {
  readonly identity?: TrafficIdentity;
  readonly source?: TrafficSourceId;
}): boolean {
  return identity !== 'instance' && source !== 'probe';
}

/** The words beside a number: who counted it. */
export const trafficSourceWords: Readonly<Record<TrafficSourceId, string>> = {
  library: 'cachescope/cache',
  bentocache: 'bentocache',
  cashews: 'cashews',
  micrometer: 'Micrometer',
  fusioncache: 'FusionCache',
  django: 'django-prometheus',
  gocache: 'gocache',
  opossum: 'opossum',
  mapped: 'metrics mapped by the configuration',
  prometheus: 'Prometheus server',
  probe: 'live probe of Redis',
  redisExporter: 'redis_exporter',
};

/** What a row is named by. A cache name is no key pattern, and the sample of keys knows nothing of it. */
export type TrafficIdentity = 'pattern' | 'cacheName' | 'instance';

export const trafficIdentityWords: Readonly<Record<TrafficIdentity, string>> = {
  pattern: 'key pattern',
  cacheName: 'cache name, not a key pattern',
  instance: 'the whole Redis, not a key pattern',
};

/** Name of the row of a source that counts a whole Redis. */
export const WHOLE_REDIS = '(whole Redis)';
