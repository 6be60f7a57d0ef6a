import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useSubscription } from '@trpc/tanstack-react-query';
import { type ReactNode, useCallback, useMemo, useState, useSyncExternalStore } from 'react';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { deriveLiveState } from './deriveLiveState.ts';
import { describeFailure } from './errorText.ts';
import { type Live, LiveContext } from './liveContext.ts';
import { useTRPC } from './trpc.ts';

/** Between two requests while the stream is down. */
const POLL_MS = 3_000;

const target = { targetId: DEFAULT_TARGET_ID };

/** Holds the tab's one stream, writes what it says into the query cache, and polls while it is silent. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const [pausedAtMs, setPausedAtMs] = useState<number | null>(null);
  const [lastEventAtMs, setLastEventAtMs] = useState<number | null>(null);
  const stream = useStream(pausedAtMs === null, setLastEventAtMs);
  const nowMs = useBrowserSecond();
  const poll = useStatusPoll(pausedAtMs === null && stream !== 'pending');
  const state = deriveLiveState({
    isPaused: pausedAtMs !== null,
    stream,
    lastEventAtMs,
    lastPollOkAtMs: poll.dataUpdatedAt === 0 ? null : poll.dataUpdatedAt,
    isPollUnanswered: poll.error !== null && describeFailure(poll.error).isServerGone,
    nowMs,
  });
  const clockOffsetMs = useClockOffset(poll.data?.serverNowMs, poll.dataUpdatedAt);
  const setPaused = useCallback(
    (isPaused: boolean) => setPausedAtMs(isPaused ? Date.now() + clockOffsetMs : null),
    [clockOffsetMs],
  );
  const live = useMemo<Live>(
    () => ({ state, pausedAtMs, setPaused, clockOffsetMs }),
    [state, pausedAtMs, setPaused, clockOffsetMs],
  );
  return <LiveContext value={live}>{children}</LiveContext>;
}

function useStream(isWanted: boolean, onHeard: (atMs: number) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const subscription = useSubscription(
    trpc.live.events.subscriptionOptions(target, {
      enabled: isWanted,
      onData: ({ data: event }) => {
        onHeard(Date.now());
        switch (event.kind) {
          case 'status':
            queryClient.setQueryData(trpc.status.get.queryKey(target), event.status);
            return;
          case 'job':
            queryClient.setQueryData(trpc.jobs.get.queryKey({ ...target, jobId: event.job.id }), event.job);
            void queryClient.invalidateQueries(trpc.jobs.list.queryFilter(target));
            if (event.job.endedAtMs === null) return;
            if (event.job.kind === 'warm') void queryClient.invalidateQueries(trpc.warming.pathFilter());
            // Beside "8 replayed", a list of the same 8 asks to be replayed again. Not what a letter carries: reading is recorded.
            if (event.job.kind === 'letters')
              void queryClient.invalidateQueries(trpc.letters.list.pathFilter());
            return;
          case 'approval':
            void queryClient.invalidateQueries(trpc.approvals.pathFilter());
            return;
          default:
            // A newer server may say more than this page understands.
            event satisfies never;
        }
      },
    }),
  );
  return subscription.status;
}

function useStatusPoll(isWanted: boolean) {
  const trpc = useTRPC();
  return useQuery(
    trpc.status.get.queryOptions(target, {
      staleTime: Number.POSITIVE_INFINITY,
      refetchInterval: isWanted ? POLL_MS : false,
      refetchOnWindowFocus: false,
      retry: false,
    }),
  );
}

/** The browser's clock by the second, so that a silent stream is noticed without an event. */
function useBrowserSecond(): number {
  const subscribe = useCallback((tick: () => void) => {
    const timer = setInterval(tick, 1_000);
    return () => clearInterval(timer);
  }, []);
  return useSyncExternalStore(subscribe, () => Math.floor(Date.now() / 1_000) * 1_000);
}

/** Rounded to seconds: the way of a message takes some milliseconds, and ages are shown in seconds. */
function useClockOffset(serverNowMs: number | undefined, receivedAtMs: number): number {
  if (serverNowMs === undefined) return 0;
  return Math.round((serverNowMs - receivedAtMs) / 1_000) * 1_000;
}
