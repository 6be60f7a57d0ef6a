import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

const REFRESH_MS = 15_000;
const PAGE_LENGTH = 100;

/** A page of the audit log, newest first. Older pages do not change, so only the newest is asked again. */
export function useAudit(beforeSequence: number | undefined) {
  const trpc = useTRPC();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(
    trpc.audit.list.queryOptions(
      {
        targetId: DEFAULT_TARGET_ID,
        limit: PAGE_LENGTH,
        ...(beforeSequence === undefined ? {} : { beforeSequence }),
      },
      {
        refetchInterval: beforeSequence === undefined ? refreshMs : false,
        placeholderData: keepPreviousData,
      },
    ),
  );
}
