import { useQuery } from '@tanstack/react-query';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { useUser } from '../access/accessContext.ts';
import { useTRPC } from '../trpc.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** The live stream tells of each change; this is for when it is silent, or paused: people wait all the same. */
const REFRESH_MS = 15_000;
/** Somebody stands before it and waits. */
const OPEN_MS = 2_000;

/** Plans that wait for a second approver, and those that did, newest first. A server without users has none, and is not asked. */
export function useApprovals() {
  const trpc = useTRPC();
  const isLogin = useUser() !== null;
  return useQuery(
    trpc.approvals.list.queryOptions(target, { enabled: isLogin, refetchInterval: REFRESH_MS }),
  );
}

/** One of them with its whole plan, as fresh as can be, also while the page is paused: somebody decides by it. */
export function useApproval(planId: string) {
  const trpc = useTRPC();
  return useQuery(
    trpc.approvals.get.queryOptions(
      { ...target, planId },
      { staleTime: 0, refetchInterval: OPEN_MS, retry: false },
    ),
  );
}
