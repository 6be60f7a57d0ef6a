import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Tags whose name holds the search; asked once for each search, because Redis pays for it. */
export function useTagSearch(search: string) {
  const trpc = useTRPC();
  return useQuery(
    trpc.tags.list.queryOptions(
      { targetId: DEFAULT_TARGET_ID, search },
      {
        enabled: search !== '',
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        placeholderData: keepPreviousData,
      },
    ),
  );
}
