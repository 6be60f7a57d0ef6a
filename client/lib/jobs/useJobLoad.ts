import { useQuery } from '@tanstack/react-query';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { useTRPC } from '../trpc.ts';

/** Steps of measured loads are this long. */
const REFRESH_MS = 5_000;

/** What a purge was to ask of the source beside what was measured, for as long as `isLive`; undefined until it is known. */
export function useJobLoad(jobId: string, isLive: boolean) {
  const trpc = useTRPC();
  return useQuery(
    trpc.jobs.load.queryOptions(
      { targetId: DEFAULT_TARGET_ID, jobId },
      { refetchInterval: isLive ? REFRESH_MS : false },
    ),
  ).data;
}
