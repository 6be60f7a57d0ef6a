import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Everything about a key but its value; asked once, and again only when a person says so, since it may make the key look used. */
export function useKey(id: string) {
  const trpc = useTRPC();
  return useQuery(
    trpc.keys.inspect.queryOptions(
      { targetId: DEFAULT_TARGET_ID, name: { id } },
      {
        enabled: id !== '',
        staleTime: Number.POSITIVE_INFINITY,
        refetchOnWindowFocus: false,
        refetchOnReconnect: false,
      },
    ),
  );
}

/** The start of its value: asked when a person says so, recorded, and kept no longer than the page is open. */
export function useKeyValue(id: string) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const input = { targetId: DEFAULT_TARGET_ID, name: { id } };
  const { data, error, isFetching, refetch } = useQuery(
    trpc.keys.readValue.queryOptions(input, {
      enabled: false,
      retry: false,
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 0,
    }),
  );
  return {
    value: data ?? null,
    error,
    isReading: isFetching,
    read: () => void refetch(),
    hide: () => void client.resetQueries({ queryKey: trpc.keys.readValue.queryKey(input) }),
  };
}
