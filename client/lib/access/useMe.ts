import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { describeFailure } from '../errorText.ts';
import { useTRPC } from '../trpc.ts';

/** Another tab may log in as somebody else: the cookie is one for all. */
const REFRESH_MS = 60_000;
const RETRY_MS = 3_000;

/**
 * Who has logged in. Asked from the start where the document says that a login is needed, and else only once the server
 * has refused something for want of one: a server without a login is asked nothing.
 */
export function useMe() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [isAsked, setAsked] = useState(isLoginAnnounced);
  const me = useQuery(
    trpc.access.me.queryOptions(undefined, {
      enabled: isAsked,
      staleTime: REFRESH_MS,
      refetchInterval: ({ state }) => (state.error === null ? REFRESH_MS : RETRY_MS),
      retry: false,
    }),
  );
  const askAgain = useCallback(() => {
    setAsked(true);
    void queryClient.invalidateQueries(trpc.access.me.queryFilter());
  }, [queryClient, trpc]);
  useEffect(() => {
    const hear = (error: unknown) => {
      if (describeFailure(error).code === 'notLoggedIn') askAgain();
    };
    const stops = [
      queryClient.getQueryCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') hear(event.action.error);
      }),
      queryClient.getMutationCache().subscribe((event) => {
        if (event.type === 'updated' && event.action.type === 'error') hear(event.action.error);
      }),
    ];
    return () => {
      for (const stop of stops) stop();
    };
  }, [queryClient, askAgain]);
  return { me: me.data ?? null, isWaiting: isAsked && me.data === undefined, failure: me.error };
}

/** The server writes it into the document. */
function isLoginAnnounced(): boolean {
  return document.querySelector<HTMLMetaElement>('meta[name="cachescope-login"]')?.content === 'needed';
}
