import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  splitLink,
  type TRPCClient,
} from '@trpc/client';
import type { AppRouter } from '#server/api/appRouter.ts';

export type ApiClient = TRPCClient<AppRouter>;

/**
 * The API beside the page: the address is relative to the page, so that a proxy may serve both under any path.
 * The headers mark a request as one of this page (a foreign site cannot set them) and of this tab (plans are bound to it).
 */
export function openApiClient(pageUrl: string, sessionId: string): ApiClient {
  const url = new URL('api/trpc', pageUrl).href;
  const headers = { 'x-cachescope': '1', 'x-cachescope-session': sessionId };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (operation) => operation.type === 'subscription',
        true: httpSubscriptionLink({ url }),
        false: splitLink({
          // Names of keys may be personal data, and addresses come to stand in logs.
          condition: (operation) => operation.path.startsWith('keys.'),
          true: httpLink({ url, headers, methodOverride: 'POST' }),
          false: httpBatchLink({ url, maxItems: 10, headers }),
        }),
      }),
    ],
  });
}

const SESSION_KEY = 'cachescope.session';

/** Random, and the same for as long as the tab lives. */
export function tabSessionId(storage: Storage, randomId: () => string): string {
  const held = storage.getItem(SESSION_KEY);
  if (held !== null) return held;
  const made = randomId();
  storage.setItem(SESSION_KEY, made);
  return made;
}
