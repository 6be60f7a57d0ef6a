// @vitest-environment jsdom
import { QueryClient } from '@tanstack/react-query';
import { cleanup, waitFor } from '@testing-library/react';
import { createTRPCClient } from '@trpc/client';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import type { ReactNode } from 'react';
import { afterEach, expect, it } from 'vitest';
import { makePageRouter } from '#client/app/pageRouter.tsx';
import { OverviewView } from '#client/features/overview/OverviewView.tsx';
import { PatternsView } from '#client/features/patterns/PatternsView.tsx';
import type { AppRouter } from '#server/api/appRouter.ts';
import { answerFrom, type Call, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

/** What is asked for an address while nothing of the page is drawn. */
async function prefetched(path: string): Promise<Call[]> {
  const calls: Call[] = [];
  const queryClient = new QueryClient();
  const client = createTRPCClient<AppRouter>({ links: [answerFrom({}, calls)] });
  window.history.replaceState(null, '', path);
  await makePageRouter('/', {
    queryClient,
    trpc: createTRPCOptionsProxy<AppRouter>({ client, queryClient }),
  }).load();
  return calls;
}

it.each<[string, () => ReactNode, string]>([
  ['/', OverviewView, 'overview.get'],
  ['/patterns', PatternsView, 'patterns.table'],
])('%s is asked for before it is drawn, as the page asks it', async (path, page, procedure) => {
  const address = `${path}?range=6h&compare=none`;
  const { callsOf } = renderPage({ page, path: address, answers: {} });
  await waitFor(() => expect(callsOf(procedure)).toHaveLength(1));
  expect(await prefetched(address)).toEqual(callsOf(procedure));
});

it('a page whose first answer is small asks when it is drawn', async () => {
  expect(await prefetched('/audit')).toEqual([]);
});
