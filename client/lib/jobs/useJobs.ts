import { useQuery } from '@tanstack/react-query';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { useRefreshMs } from '../liveContext.ts';
import { useTRPC } from '../trpc.ts';

/** While a job runs and the live stream says nothing of it. */
const RUNNING_MS = 1_000;
/** Somebody else may start a job, or another tab. */
const IDLE_MS = 15_000;

/** Jobs of the running server, newest first. The live stream makes it fresh at each change. */
export function useJobs() {
  const trpc = useTRPC();
  const isRefreshed = useRefreshMs(IDLE_MS) !== false;
  return useQuery(
    trpc.jobs.list.queryOptions(
      { targetId: DEFAULT_TARGET_ID },
      {
        refetchInterval: (query) => {
          if (query.state.data?.some((job) => job.endedAtMs === null)) return RUNNING_MS;
          return isRefreshed ? IDLE_MS : false;
        },
      },
    ),
  );
}
