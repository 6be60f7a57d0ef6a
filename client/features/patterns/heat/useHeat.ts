import { useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** Cells are hours wide. */
const REFRESH_MS = 5 * 60_000;

export function useHeat() {
  const trpc = useTRPC();
  return useQuery(
    trpc.patterns.heatMap.queryOptions(
      { targetId: DEFAULT_TARGET_ID },
      { refetchInterval: useRefreshMs(REFRESH_MS) },
    ),
  );
}
