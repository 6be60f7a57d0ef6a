/** Most keys that one request names one by one. */
export const MAX_NAMED_KEYS = 100;

/** Longest glob, bytes: matching time grows with its length. */
export const MAX_GLOB_BYTES = 256;

/** Shortest and longest time over which a purge may be spread: below, it is no better than at once; above, TTLs do it. */
export const SPREAD_MS = { least: 10_000, most: 24 * 3_600_000 } as const;

/** Of a staged purge: three quarters of the shortest are watching. */
export const STAGED_MS = { least: 60_000, most: 24 * 3_600_000 } as const;
