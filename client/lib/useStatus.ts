import { useQuery } from '@tanstack/react-query';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { useTRPC } from './trpc.ts';

/** What the frame shows, as the live stream last said it. Never asks by itself: `LiveProvider` keeps it fresh. */
export function useStatus() {
  const trpc = useTRPC();
  return useQuery(
    trpc.status.get.queryOptions(
      { targetId: DEFAULT_TARGET_ID },
      { staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false },
    ),
  );
}
