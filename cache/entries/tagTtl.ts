/** A tag set outlives its longest-lived member by this, ms, so that it never goes first. */
export const TAG_TTL_MARGIN_MS = 60_000;
