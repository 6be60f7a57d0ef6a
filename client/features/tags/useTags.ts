import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { describeFailure } from '#client/lib/errorText.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { lastEndedAtMs } from './prepareTags.ts';

/** Until a list that a purge made old is read again. */
const AFTER_PURGE_MS = 2_000;
/** While Redis does not answer, so that the page recovers by itself; Redis pays nothing for it. */
const WHILE_DOWN_MS = 5_000;

/** While the server's walk over all keys goes on; a list of what it has found so far costs Redis some milliseconds. */
const WHILE_WALKING_MS = 5_000;

/** While the server looks at the members of the tags. */
const WHILE_LOOKING_MS = 2_000;

/**
 * Tags whose name holds the search, found by a walk on the server. Asked once for each search, again while that walk or the looks at members go on, and
 * when a purge has ended; otherwise on no timer, because Redis pays for it.
 */
export function useTags(search: string) {
  const trpc = useTRPC();
  const jobs = useJobs();
  const endedAtMs = lastEndedAtMs(jobs.data ?? []);
  return useQuery(
    trpc.tags.list.queryOptions(
      { targetId: DEFAULT_TARGET_ID, search },
      {
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        placeholderData: keepPreviousData,
        refetchInterval: ({ state }) => {
          if (state.error !== null) {
            return describeFailure(state.error).code === 'redisUnreachable' ? WHILE_DOWN_MS : false;
          }
          if (state.data?.isWalking === true) return WHILE_WALKING_MS;
          if (state.data?.isLooking === true) return WHILE_LOOKING_MS;
          const isOld = state.data !== undefined && endedAtMs !== null && state.data.readAtMs < endedAtMs;
          return isOld ? AFTER_PURGE_MS : false;
        },
      },
    ),
  );
}
