import { createTRPCClient, httpLink } from '@trpc/client';
import type { AppRouter } from '#server/api/appRouter.ts';

/** Calls the API as the page does, from a session of its own. */
export function apiClient(url: string, sessionName = 'test-session-0000001') {
  return createTRPCClient<AppRouter>({
    links: [
      httpLink({
        url: `${url}/api/trpc`,
        headers: { 'x-cachescope': '1', 'x-cachescope-session': sessionName, origin: url },
      }),
    ],
  });
}
