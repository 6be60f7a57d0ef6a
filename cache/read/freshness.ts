import type { Policy } from '#cache/keys/policy.ts';
import type { EntryHeader } from '#cache/store/entryFormat.ts';

/**
 * `fresh`: serve. `ahead` and `early`: serve, and refresh in the background before it gets old. `marked`: a soft invalidation
 * asks that it be served while it is refreshed. `stale`: past its life; what to do with it is the policy's.
 */
export type Freshness = 'fresh' | 'ahead' | 'early' | 'marked' | 'stale';

/**
 * Judges an entry by its header. `early` is XFetch (Vattani, Chierichetti, Lowenstein 2015, "Optimal probabilistic cache
 * stampede prevention"): the closer the expiry and the dearer the load, the likelier a read refreshes. All times in ms.
 */
export function judgeFreshness(
  header: EntryHeader,
  policy: Pick<Policy<unknown>, 'refreshAheadRatio' | 'earlyRefreshBeta'>,
  { nowMs, random }: { readonly nowMs: number; readonly random: () => number },
): Freshness {
  if (header.softExpiryAtMs === 0) return 'marked';
  if (nowMs >= header.softExpiryAtMs) return 'stale';
  const { refreshAheadRatio, earlyRefreshBeta } = policy;
  if (refreshAheadRatio !== null) {
    const lifeMs = header.softExpiryAtMs - header.storedAtMs;
    if (nowMs - header.storedAtMs >= lifeMs * refreshAheadRatio) return 'ahead';
  }
  if (earlyRefreshBeta !== null) {
    // 1 - random is in (0, 1], so that the logarithm is finite.
    const leadMs = -header.loadMs * earlyRefreshBeta * Math.log(1 - random());
    if (nowMs + leadMs >= header.softExpiryAtMs) return 'early';
  }
  return 'fresh';
}
