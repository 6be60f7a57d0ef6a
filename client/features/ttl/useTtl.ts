import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { compareSpan, RELATIVE_RANGES_MS, timeSpan } from '#shared/timeRange.ts';

/** A sampling round takes a minute; a third of it, so that a new one is seen soon. */
const REFRESH_MS = 20_000;

/** As far back as histograms are kept. */
const LONGEST_AGE_MS = 31 * 86_400_000;

/** TTL left of all sampled keys and of each pattern, with what will expire of all keys or of one pattern, and what was before. */
export function useTtl(pattern: string | undefined) {
  const trpc = useTRPC();
  const { range, compare } = usePageSearch();
  const span = timeSpan(range, RELATIVE_RANGES_MS['30d']);
  const ageMs = span.toMs - (compareSpan(span, compare)?.toMs ?? span.toMs);
  const isCompared = ageMs > 0 && ageMs <= LONGEST_AGE_MS;
  return useQuery(
    trpc.ttl.get.queryOptions(
      {
        targetId: DEFAULT_TARGET_ID,
        ...(pattern === undefined || pattern === '' ? {} : { pattern }),
        ...(isCompared ? { compareAgeMs: ageMs } : {}),
      },
      { refetchInterval: useRefreshMs(REFRESH_MS), placeholderData: keepPreviousData },
    ),
  );
}
