import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

const REFRESH_MS = 5_000;

export function useNodes() {
  const trpc = useTRPC();
  const { range } = usePageSearch();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(
    trpc.nodes.get.queryOptions(
      { targetId: DEFAULT_TARGET_ID, range },
      { placeholderData: keepPreviousData, refetchInterval: refreshMs },
    ),
  );
}
