import { useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** Announcements are read every 5 s. */
const REFRESH_MS = 5_000;
/** A run of a minute ago has an effect that is known by then. */
const RUNS_REFRESH_MS = 30_000;

/** The warmers of services, the load of the source, and what to warm after a loss. */
export function useWarming() {
  const trpc = useTRPC();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(trpc.warming.get.queryOptions(target, { refetchInterval: refreshMs }));
}

/** Past runs; made fresh at each change of a job of this page. */
export function useWarmRuns() {
  const trpc = useTRPC();
  const refreshMs = useRefreshMs(RUNS_REFRESH_MS);
  return useQuery(trpc.warming.runs.queryOptions(target, { refetchInterval: refreshMs }));
}
