import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from '@tanstack/react-router';
import { configure, render } from '@testing-library/react';
import { createTRPCClient, TRPCClientError, type TRPCLink } from '@trpc/client';
import { observable } from '@trpc/server/observable';
import type { ReactNode } from 'react';
import { TRPCProvider } from '#client/lib/trpc.ts';
import { parsePageSearch } from '#client/lib/urlState.ts';
import type { AppRouter } from '#server/api/appRouter.ts';
import type { ErrorCode } from '#shared/errorCodes.ts';

/** Answers by the path of the procedure; a procedure without an answer never answers. */
export type Answers = Record<string, (input: unknown) => unknown>;

export interface Call {
  readonly path: string;
  readonly input: unknown;
}

/** What a procedure throws in an answer to be refused as the server refuses. */
export class Refusal extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/** Draws one page with a router of its own and an API that answers from a table. */
export function renderPage({
  page,
  path,
  answers,
}: {
  page: () => ReactNode;
  path: string;
  answers: Answers;
}) {
  prepareJsdom();
  // Two cores may be busy with servers and browsers of other tests.
  configure({ asyncUtilTimeout: 10_000 });
  const calls: Call[] = [];
  const queryClient = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  const trpcClient = createTRPCClient<AppRouter>({ links: [answerFrom(answers, calls)] });
  const root = createRootRoute({ validateSearch: parsePageSearch });
  const [pathname = '/'] = path.split('?');
  const route = createRoute({ getParentRoute: () => root, path: pathname, component: page });
  const router = createRouter({
    routeTree: root.addChildren([route]),
    history: createMemoryHistory({ initialEntries: [path] }),
  });
  const view = render(
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={trpcClient}>
        <RouterProvider router={router} />
      </TRPCProvider>
    </QueryClientProvider>,
  );
  return {
    ...view,
    router,
    queryClient,
    calls,
    callsOf: (procedure: string) => calls.filter((call) => call.path === procedure),
  };
}

/** The API of a page that answers from a table, and notes what it was asked. */
export function answerFrom(answers: Answers, calls: Call[]): TRPCLink<AppRouter> {
  return () =>
    ({ op }) =>
      observable((observer) => {
        calls.push({ path: op.path, input: op.input });
        const answer = answers[op.path];
        if (answer === undefined) return;
        // A microtask later, as no network answers within the call.
        Promise.resolve()
          .then(() => answer(op.input))
          .then(
            (data) => {
              observer.next({ result: { type: 'data', data } });
              observer.complete();
            },
            (error: unknown) => observer.error(asServerError(error)),
          );
      });
}

function asServerError(error: unknown): TRPCClientError<AppRouter> {
  if (!(error instanceof Refusal)) return new TRPCClientError('fetch failed');
  return new TRPCClientError(error.message, {
    result: {
      error: {
        code: -32_603,
        message: error.message,
        data: { code: 'CONFLICT', httpStatus: 409, appCode: error.code },
      },
    },
  });
}

/** What jsdom lacks and a browser has: a modal dialog, and sizes for the virtual table. */
export function prepareJsdom(): void {
  HTMLDialogElement.prototype.showModal ??= function showModal(this: HTMLDialogElement) {
    this.setAttribute('open', '');
  };
  HTMLDialogElement.prototype.close ??= function close(this: HTMLDialogElement) {
    this.removeAttribute('open');
  };
  globalThis.ResizeObserver ??= class {
    observe() {}
    unobserve() {}
    disconnect() {}
  };
  for (const [side, px] of [
    ['clientHeight', 800],
    ['clientWidth', 1_000],
  ] as const) {
    Object.defineProperty(Element.prototype, side, { configurable: true, get: () => px });
  }
  window.scrollTo = () => {};
}
