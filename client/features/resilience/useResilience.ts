import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Services are read every 5 s, and every 2.5 s while Redis is away. */
const REFRESH_MS = 2_000;

export function useResilience() {
  const trpc = useTRPC();
  const { range } = usePageSearch();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(
    trpc.resilience.get.queryOptions(
      { targetId: DEFAULT_TARGET_ID, range },
      { placeholderData: keepPreviousData, refetchInterval: refreshMs },
    ),
  );
}
