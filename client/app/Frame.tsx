import { Outlet, useLocation } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { lazy, Suspense, useState } from 'react';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { ApprovalBanners } from './approvals/ApprovalBanners.tsx';
import { Banners } from './Banners.tsx';
import { environmentTone } from './environmentTone.ts';
import { Navigation } from './Navigation.tsx';
import { routes } from './routes.tsx';
import { ShortcutsDialog } from './ShortcutsDialog.tsx';
import { StatusBar } from './statusBar/StatusBar.tsx';
import { useFrameShortcuts } from './useFrameShortcuts.ts';

// It can draw every kind of plan, and few ever see one.
const ApprovalDialog = lazy(() =>
  import('./approvals/ApprovalDialog.tsx').then(({ ApprovalDialog: dialog }) => ({ default: dialog })),
);

/** Around every page. It renders without data, because it is opened when things are down. */
export function Frame() {
  const [isHelpOpen, setIsHelpOpen] = useState(false);
  const shortcuts = useFrameShortcuts(() => setIsHelpOpen(true));
  const { data: status } = useStatus();
  const { pathname } = useLocation();
  const title = routes.find(({ path }) => path === pathname)?.title ?? 'Cachescope';
  const environment = status?.environment ?? '';
  return (
    <div
      className={clsx(
        'grid min-h-dvh md:h-dvh md:grid-cols-[176px_minmax(0,1fr)]',
        environmentTone(environment),
      )}
    >
      <title>{[title, environment, 'Cachescope'].filter(Boolean).join(' · ')}</title>
      <a
        href="#content"
        className="sr-only focus:not-sr-only focus:fixed focus:z-50 focus:m-2 focus:rounded focus:bg-raised focus:p-2"
      >
        Skip to the content
      </a>
      <Navigation />
      {/* Positioned, or labels for screen readers only, which are `absolute`, make the document as long as the page. */}
      <div className="relative flex min-h-0 min-w-0 flex-col md:overflow-y-auto">
        <StatusBar onHelp={() => setIsHelpOpen(true)} />
        <Banners />
        <ApprovalBanners />
        <main
          id="content"
          tabIndex={-1}
          className="flex min-h-0 flex-1 flex-col p-3 pb-20 outline-none md:px-4 md:pb-3"
        >
          <h1 className="sr-only">{title}</h1>
          <Outlet />
        </main>
      </div>
      <OpenApproval />
      {isHelpOpen && <ShortcutsDialog shortcuts={shortcuts} onClose={() => setIsHelpOpen(false)} />}
    </div>
  );
}

/** The plan in the address that waits for a second approver, over whatever page. */
function OpenApproval() {
  const { search, setSearch } = usePageSearch();
  const planId = search.approval;
  if (planId === undefined) return null;
  return (
    <Suspense>
      <ApprovalDialog key={planId} planId={planId} onClose={() => setSearch({ approval: undefined })} />
    </Suspense>
  );
}
