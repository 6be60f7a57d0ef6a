import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Services are read every 5 s. */
const REFRESH_MS = 5_000;

export function useInvalidation() {
  const trpc = useTRPC();
  const { range, search } = usePageSearch();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(
    trpc.invalidation.get.queryOptions(
      { targetId: DEFAULT_TARGET_ID, range, service: search.service ?? null },
      { placeholderData: keepPreviousData, refetchInterval: refreshMs },
    ),
  );
}
