/** Most keys that one request names one by one. */
export const MAX_NAMED_KEYS = 100;

/** Most tags that one purge combines. */
export const MAX_NAMED_TAGS = 20;

/** Longest glob, bytes: matching time grows with its length. */
export const MAX_GLOB_BYTES = 256;

/** Shortest and longest time over which a purge may be spread: below, it is no better than at once; above, TTLs do it. */
export const SPREAD_MS = { least: 10_000, most: 24 * 3_600_000 } as const;

/** Of a staged purge: three quarters of the shortest are watching. */
export const STAGED_MS = { least: 60_000, most: 24 * 3_600_000 } as const;

/** Sizes that a purge can ask keys to be above: up to the most that Redis lets a string have, twice. */
export const LARGER_BYTES = { least: 1, most: 1_073_741_824 } as const;

/** Times that a purge can ask keys to be older or unused for: Redis tells idle times in seconds; ten years are for ever. */
export const PREDICATE_SPAN_MS = { least: 1_000, most: 10 * 365 * 86_400_000 } as const;
