import './styles.css';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { createTRPCOptionsProxy } from '@trpc/tanstack-react-query';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { AccessGate } from '#client/app/access/AccessGate.tsx';
import { basePath, makePageRouter } from '#client/app/pageRouter.tsx';
import { makeQueryClient } from '#client/app/queryClient.ts';
import { applyTheme, heldTheme } from '#client/app/statusBar/theme.ts';
import { openApiClient, tabSessionId } from '#client/lib/api/apiClient.ts';
import { LiveProvider } from '#client/lib/LiveProvider.tsx';
import { TRPCProvider } from '#client/lib/trpc.ts';

applyTheme(heldTheme());
const root = document.getElementById('root');
if (root === null) throw new Error('The document has no #root.');
const queryClient = makeQueryClient();
const sessionId = tabSessionId(sessionStorage, () => crypto.getRandomValues(new Uint32Array(4)).join('-'));
const client = openApiClient(document.baseURI, sessionId);
const trpc = createTRPCOptionsProxy({ client, queryClient });
const router = makePageRouter(basePath(window.location.pathname), { queryClient, trpc });

createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queryClient}>
      <TRPCProvider queryClient={queryClient} trpcClient={client}>
        <AccessGate>
          <LiveProvider>
            <RouterProvider router={router} />
          </LiveProvider>
        </AccessGate>
      </TRPCProvider>
    </QueryClientProvider>
  </StrictMode>,
);
