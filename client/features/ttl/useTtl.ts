import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** A sampling round takes a minute; a third of it, so that a new one is seen soon. */
const REFRESH_MS = 20_000;

/** TTL left of all sampled keys and of each pattern, with what will expire of all keys or of one pattern. */
export function useTtl(pattern: string | undefined) {
  const trpc = useTRPC();
  return useQuery(
    trpc.ttl.get.queryOptions(
      { targetId: DEFAULT_TARGET_ID, ...(pattern === undefined || pattern === '' ? {} : { pattern }) },
      { refetchInterval: useRefreshMs(REFRESH_MS), placeholderData: keepPreviousData },
    ),
  );
}
