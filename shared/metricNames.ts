/**
 * Names that the library exports and the server reads. The first block is Micrometer's, the second resilience4j's, so that
 * boards and alerts for Spring apply unchanged; the rest is ours beside them. Every series is of this process; whatever the
 * cache does not know is absent, never 0.
 *
 * Labels. `cache`: the service. `key_pattern`: a family's (`catalog:product:{id}`), one of at most 100 that calls named, or
 * `other`. All others are closed lists, or names declared in code. Neither keys nor tags are labels.
 *
 * Two releases are compared by joining on the scrape, since the release is a label of `cache_client_info` alone:
 *
 *     sum by (version) (rate(cache_gets_total{result="hit"}[5m])
 *       * on (job, instance, cache) group_left (version) max by (job, instance, cache, version) (cache_client_info))
 */
export const metricNames = {
  /** Counter. One look-up of a caller by its outcome. Labels: cache, key_pattern, result = hit | miss. */
  gets: 'cache_gets_total',
  /** Counter. Entries stored. Labels: cache, key_pattern. */
  puts: 'cache_puts_total',
  /** Counter. Entries that left memory other than by expiry. Labels: cache, layer = l1 | memory, cause = size | invalidated | disconnected. */
  evictions: 'cache_evictions_total',
  /** Counter. Entries removed, or marked as stale, on purpose. Labels: cache, key_pattern, source (see `invalidations`). */
  removals: 'cache_removals_total',
  /** Gauge, entries held in this process. Labels: cache, layer = l1 | memory; absent where the layer is off. */
  size: 'cache_size',

  /** Gauge, one-hot over all states. Labels: name, state = closed | open | half_open | forced_open | disabled | metrics_only. */
  breakerState: 'resilience4j_circuitbreaker_state',
  /** Gauge, calls of the breaker's window. Labels: name, kind = successful | failed. */
  breakerCalls: 'resilience4j_circuitbreaker_buffered_calls',
  /** Gauge, percent 0 to 100 of the window's calls, as resilience4j has it, but absent without calls (there: -1). Labels: name. */
  breakerFailureRate: 'resilience4j_circuitbreaker_failure_rate',
  /** Gauge, percent 0 to 100 of the window's calls; absent without calls. Labels: name. */
  breakerSlowCallRate: 'resilience4j_circuitbreaker_slow_call_rate',
  /** Gauge, percent of `breakerFailureRate` from which on it opens; absent when it never does by it. Ours. Labels: name. */
  breakerFailureRateThreshold: 'resilience4j_circuitbreaker_failure_rate_threshold',
  /** Gauge, percent of `breakerSlowCallRate` from which on it opens; absent when it never does by it. Ours. Labels: name. */
  breakerSlowCallRateThreshold: 'resilience4j_circuitbreaker_slow_call_rate_threshold',
  /** Gauge. Fewer calls in the window say nothing about these rates. Ours. Labels: name. */
  breakerMinimumCalls: 'resilience4j_circuitbreaker_minimum_calls',
  /** Gauge, epoch seconds: since when it has been in its state. Ours. Labels: name. */
  breakerStateSince: 'resilience4j_circuitbreaker_state_since_seconds',
  /** Counter. Commands that were not sent because the breaker was not closed. Labels: name, kind = not_permitted. */
  breakerNotPermitted: 'resilience4j_circuitbreaker_not_permitted_calls_total',
  /**
   * Counter. Labels: name, to = a state of `breakerState`, reason = failures | slowCalls | consecutiveFailures | probeFailed |
   * probesSucceeded | timeToProbe | forced.
   */
  breakerTransitions: 'resilience4j_circuitbreaker_transitions_total',

  /** Histogram, seconds. Calls of a loader. Labels: cache, key_pattern, result = success | failure. */
  loadDuration: 'cache_load_duration_seconds',
  /** Counter. Calls that waited for the load of another. Labels: cache, key_pattern. */
  coalesced: 'cache_coalesced_total',
  /** Counter. Fallbacks that the caller did not see. Labels: cache, operation, code. */
  errors: 'cache_errors_total',
  /** Counter. Layer look-ups, apart from `gets`. Labels: cache, key_pattern, layer = l1 | l2 | memory, result = hit | miss. */
  layerGets: 'cache_layer_gets_total',
  /**
   * Counter. The misses of `gets`, by why; callers that gave up waiting before it was known are in none. Labels: cache,
   * key_pattern, reason = absent | expired | invalidated | undecodable | invalid | scope | error.
   */
  misses: 'cache_misses_total',
  /** Histogram, seconds. TTL given when an entry was stored, jitter included. Labels: cache, key_pattern. */
  ttlAtSet: 'cache_ttl_at_set_seconds',
  /** Counter. Look-ups answered with an old value. Labels: cache, key_pattern, reason = revalidating | loadFailed | loadTimeout | shed. */
  staleServed: 'cache_stale_served_total',
  /** Counter. Look-ups answered with "not found" from the cache. Labels: cache, key_pattern. */
  negativeServed: 'cache_negative_served_total',
  /** Counter. Refreshes in the background. Labels: cache, key_pattern, reason = ahead | early | stale, result = refreshed | failed | leased | busy. */
  refreshes: 'cache_refreshes_total',
  /** Counter. Entries of another owner that were found and not served. Labels: cache, key_pattern. */
  scopeViolations: 'cache_scope_violations_total',
  /** Counter. Values not stored since something newer came while they were loaded. Labels: cache, key_pattern. */
  outdatedStores: 'cache_outdated_stores_total',
  /** Counter. Loads refused to keep the source alive. Labels: cache, key_pattern, reason = bulkhead | surge. */
  shed: 'cache_shed_total',

  /** Counter. Invalidations by what asked for them. Labels: cache, source = key | tag | pattern | version | event | operator. */
  invalidations: 'cache_invalidations_total',
  /** Counter. Invalidations that Redis did not confirm. Labels: cache, source, state = queued | done | deadLettered | dropped. */
  retries: 'cache_invalidation_retries_total',
  /** Gauge. Invalidations that wait to be done again. Labels: cache. */
  retriesQueued: 'cache_invalidation_retries_queued',
  /** Gauge, seconds that the oldest of them has waited; absent when none waits. Labels: cache. */
  retriesOldestAge: 'cache_invalidation_retries_oldest_age_seconds',
  /**
   * Counter. Messages between the instances. Labels: cache, direction = sent | received | missed | duplicate; the last two are by
   * the numbers of messages, and are of what was received from releases that number them.
   */
  broadcasts: 'cache_broadcasts_total',
  /** Gauge, one-hot: whether invalidations of the others arrive. Labels: cache, state = live | lost; absent without L1. */
  coherenceState: 'cache_coherence_state',
  /** Counter. Labels: cache, state = live | lost. */
  coherenceChanges: 'cache_coherence_changes_total',
  /** Gauge, 0 or 1: whether Redis answers and refuses writes. Labels: cache, reason = outOfMemory | readOnly. */
  writesRefused: 'cache_writes_refused',

  /** Gauge, bytes (an estimate) held in this process. Labels: cache, layer = l1 | memory. */
  sizeBytes: 'cache_size_bytes',
  /** Gauge, entries that the layer may hold. Labels: cache, layer. */
  maxSize: 'cache_max_size',
  /** Gauge, bytes that the layer may hold. Labels: cache, layer. */
  maxSizeBytes: 'cache_max_size_bytes',
  /** Gauge. Loads of the source under way. Labels: cache. */
  loadsActive: 'cache_loads_active',
  /** Gauge. Loads that wait for a slot. Labels: cache. */
  loadsWaiting: 'cache_loads_waiting',
  /** Gauge, 0 or 1: whether loads are held to a rate after an outage. Labels: cache; absent when there is no such limit. */
  surgeLimiting: 'cache_surge_limiting',

  /** Counter. Changes on their way to the source. Labels: cache, family, state = queued | flushed | retried | deadLettered | direct. */
  writeBehind: 'cache_write_behind_total',
  /** Gauge. Changes that wait to be written; absent when Redis did not say. Labels: cache, family. */
  writeBehindQueued: 'cache_write_behind_queued',
  /** Gauge, seconds that the oldest change has waited; absent when none waits. Labels: cache, family. */
  writeBehindOldestAge: 'cache_write_behind_oldest_age_seconds',
  /** Gauge. Entries of a dead-letter stream; absent when Redis did not say. Labels: cache, queue. */
  deadLetters: 'cache_dead_letters',

  /** Counter. Declared events. Labels: cache, event, state = published | applied | replayed (of the applied: delivered before, and left undone) | duplicate | failed | deadLettered | lost. */
  events: 'cache_events_total',
  /** Histogram, seconds from the publishing of an event to its application. Labels: cache, event. */
  eventLag: 'cache_event_lag_seconds',
  /** Counter. Entries that events removed. Labels: cache, event. */
  eventFanOut: 'cache_event_removed_entries_total',
  /** Histogram, entries that one event removed. Labels: cache, event. */
  eventFanOutSizes: 'cache_event_fan_out_entries',

  /** Counter. Runs of warmers. Labels: cache, warmer, state = started | completed | cancelled | stopped | failed | leased. */
  warmRuns: 'cache_warm_runs_total',
  /** Gauge, 0 or 1: whether the warmer runs in this process. Labels: cache, warmer. */
  warmRunning: 'cache_warm_running',
  /** Gauge, entries done in the warmer's last run in this process. Labels: cache, warmer. */
  warmDone: 'cache_warm_done_entries',
  /** Gauge, entries planned in that run. Labels: cache, warmer. */
  warmPlanned: 'cache_warm_planned_entries',

  /**
   * Counter. Entries compared with their source. Labels: cache, key_pattern, result = same | drifted | repaired | changed |
   * failed, age_class = up to 1m | 10m | 1h | 1d, older, or unknown.
   */
  verified: 'cache_verified_total',

  /** Gauge, epoch seconds: when the cache was made. Labels: cache. */
  startTime: 'cache_client_start_time_seconds',
  /** Gauge, always 1. Labels: service, instance, version, and cache (= service, to join on). */
  info: 'cache_client_info',
} as const;

/** Value of `key_pattern` for families past the bound. */
export const OTHER_PATTERN = 'other';
