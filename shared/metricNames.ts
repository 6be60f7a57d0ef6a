/**
 * Names that the library exports and the server reads. The first block is Micrometer's, so that boards and alerts for
 * Spring apply unchanged; `key_pattern` is ours beside them.
 */
export const metricNames = {
  /** Counter. One look-up of a caller by its outcome. Labels: cache, key_pattern, result = hit | miss. */
  gets: 'cache_gets_total',
  /** Counter. Entries stored. Labels: cache, key_pattern. */
  puts: 'cache_puts_total',
  /** Counter. Entries removed on purpose. Labels: cache, key_pattern, source = key | tag. */
  removals: 'cache_removals_total',
  /** Histogram, seconds. Calls of a loader. Labels: cache, key_pattern, result = success | failure. */
  loadDuration: 'cache_load_duration_seconds',
  /** Counter. Calls that waited for the load of another. Labels: cache, key_pattern. */
  coalesced: 'cache_coalesced_total',
  /** Counter. Fallbacks that the caller did not see. Labels: cache, operation, code. */
  errors: 'cache_errors_total',
  /** Counter. Layer look-ups, apart from `gets`. Labels: cache, layer = l1 | l2, result. */
  layerGets: 'cache_layer_gets_total',
  /** Histogram, seconds. TTL given when an entry was stored, jitter included. Labels: cache, key_pattern. */
  ttlAtSet: 'cache_ttl_at_set_seconds',
  /** Counter. Invalidations by what asked for them. Labels: cache, source = key | tag. */
  invalidations: 'cache_invalidations_total',
  /** Gauge, always 1. Labels: service, instance, version. */
  info: 'cache_client_info',
} as const;

/** Value of `key_pattern` for families past the bound. */
export const OTHER_PATTERN = 'other';
