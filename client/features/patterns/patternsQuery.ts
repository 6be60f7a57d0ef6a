import type { TrpcQueries } from '#client/lib/api/trpcQueries.ts';
import { compareOf, type PageSearch, timeRangeOf } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Every pattern over the range of the address; asked before the script of the page has come, the page finds the answer. */
export function patternsQuery(trpc: TrpcQueries, search: PageSearch) {
  return {
    ...trpc.patterns.table.queryOptions({
      targetId: DEFAULT_TARGET_ID,
      range: timeRangeOf(search),
      compare: compareOf(search),
    }),
    // Comparing ten thousand rows with the ones before costs more than drawing the thirty that are seen.
    structuralSharing: false,
  };
}
