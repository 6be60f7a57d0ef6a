import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { patternsQuery } from './patternsQuery.ts';

/** Points of history are 10 s wide; asking more often shows the same. */
const REFRESH_MS = 10_000;

/** Until the first readings are in, within seconds of the server's start. */
const FIRST_REFRESH_MS = 2_000;

/** Every pattern over the range of the address. */
export function usePatterns() {
  const trpc = useTRPC();
  const { search } = usePageSearch();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery({
    ...patternsQuery(trpc, search),
    refetchInterval: ({ state: { data } }) =>
      refreshMs !== false && data?.isPending === true ? FIRST_REFRESH_MS : refreshMs,
    placeholderData: keepPreviousData,
  });
}

/** One pattern over the range of the address. */
export function usePatternDetail(pattern: string) {
  const trpc = useTRPC();
  const { range, compare } = usePageSearch();
  return useQuery(
    trpc.patterns.detail.queryOptions(
      { targetId: DEFAULT_TARGET_ID, range, compare, pattern },
      { refetchInterval: useRefreshMs(REFRESH_MS), enabled: pattern !== '' },
    ),
  );
}
