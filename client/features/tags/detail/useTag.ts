import { useQuery } from '@tanstack/react-query';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { lastEndedAtMs } from '../prepareTags.ts';

/** Until a look that a job made old is done again. */
const AFTER_JOB_MS = 2_000;

export interface TagAddress {
  readonly layout: string;
  readonly tagKey: string;
}

/** One tag by a sample of its members; asked once, and again when a person says so or a job has ended, since Redis pays for it. */
export function useTag({ layout, tagKey }: TagAddress) {
  const trpc = useTRPC();
  const endedAtMs = lastEndedAtMs(useJobs().data ?? []);
  return useQuery(
    trpc.tags.detail.queryOptions(
      { targetId: DEFAULT_TARGET_ID, layout, tagKey },
      {
        enabled: layout !== '' && tagKey !== '',
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: false,
        refetchInterval: ({ state }) => {
          const isOld = state.data !== undefined && endedAtMs !== null && state.data.readAtMs < endedAtMs;
          return isOld ? AFTER_JOB_MS : false;
        },
      },
    ),
  );
}
