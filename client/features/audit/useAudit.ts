import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import type { PageSearch } from '#client/lib/urlState.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { auditFilterOf } from './auditSearch.ts';

const REFRESH_MS = 15_000;
const CHECK_REFRESH_MS = 1_000;
const PAGE_LENGTH = 100;

/**
 * A page of the entries that the address asks for, newest first. It is asked again when the log has a new entry: searching a
 * long log costs the server more than looking at its end.
 */
export function useAudit(search: PageSearch, headSequence: number | null) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const seen = useRef(headSequence);
  useEffect(() => {
    if (seen.current !== null && seen.current !== headSequence)
      void queryClient.invalidateQueries(trpc.audit.list.pathFilter());
    seen.current = headSequence;
  }, [headSequence, queryClient, trpc]);
  return useQuery(
    trpc.audit.list.queryOptions(
      {
        targetId: DEFAULT_TARGET_ID,
        limit: PAGE_LENGTH,
        filter: auditFilterOf(search),
        after: search.before,
      },
      { placeholderData: keepPreviousData },
    ),
  );
}

/** Whether entries can be written and are as they were written, and the door to have the latter checked now. */
export function useAuditStatus() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const refreshMs = useRefreshMs(REFRESH_MS);
  const target = { targetId: DEFAULT_TARGET_ID };
  const status = useQuery(
    trpc.audit.status.queryOptions(target, {
      // A check that runs is followed also on a page that is paused: somebody has just asked for it.
      refetchInterval: ({ state }) => (isChecking(state.data) ? CHECK_REFRESH_MS : refreshMs),
    }),
  );
  const begin = useQuery(trpc.audit.check.queryOptions(target, { enabled: false, retry: false }));
  return {
    status,
    checkFailure: begin.error,
    check: async () => {
      await begin.refetch();
      await queryClient.invalidateQueries(trpc.audit.status.pathFilter());
    },
  };
}

function isChecking(data: { readonly check: { readonly runningRatio: number | null } } | undefined): boolean {
  return data !== undefined && data.check.runningRatio !== null;
}
