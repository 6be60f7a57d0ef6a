import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** What the service said when a person had it compare the entry of a key with the source; kept no longer than the page is open. */
export function useComparison(id: string) {
  const trpc = useTRPC();
  const { data, error, isFetching, refetch } = useQuery(
    trpc.keys.compare.queryOptions(
      { targetId: DEFAULT_TARGET_ID, name: { id } },
      { enabled: false, retry: false, staleTime: Number.POSITIVE_INFINITY, gcTime: 0 },
    ),
  );
  return { comparison: data ?? null, error, isComparing: isFetching, compare: () => void refetch() };
}
