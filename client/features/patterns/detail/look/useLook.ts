import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** A look at some keys of the pattern, taken when a person asks and never by itself. */
export function useLook(pattern: string) {
  const trpc = useTRPC();
  const { data, error, isFetching, refetch } = useQuery(
    trpc.patterns.look.queryOptions(
      { targetId: DEFAULT_TARGET_ID, pattern },
      { enabled: false, retry: false, staleTime: Number.POSITIVE_INFINITY },
    ),
  );
  return {
    reading: data ?? null,
    error,
    isLooking: isFetching,
    take: () => void refetch(),
  };
}
