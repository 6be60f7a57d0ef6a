import type { TrpcQueries } from '#client/lib/api/trpcQueries.ts';
import { compareOf, type PageSearch, timeRangeOf } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** What the overview asks over the range of the address; asked before its script has come, the page finds the answer. */
export function overviewQuery(trpc: TrpcQueries, search: PageSearch) {
  return trpc.overview.get.queryOptions({
    targetId: DEFAULT_TARGET_ID,
    range: timeRangeOf(search),
    compare: compareOf(search),
  });
}
