import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { overviewQuery } from './overviewQuery.ts';

/** The finest step of the history. */
const REFRESH_MS = 10_000;

export function useOverview() {
  const trpc = useTRPC();
  const { search, range, compare } = usePageSearch();
  const refreshMs = useRefreshMs(REFRESH_MS);
  const overview = useQuery({
    ...overviewQuery(trpc, search),
    placeholderData: keepPreviousData,
    refetchInterval: 'last' in range ? refreshMs : false,
  });
  return { overview, status: useStatus(), range, compare };
}
