import { lazy, type ReactNode, Suspense } from 'react';
import { AccessContext } from '#client/lib/access/accessContext.ts';
import { useMe } from '#client/lib/access/useMe.ts';
import { Opening } from './Opening.tsx';

// Few people see them, once a day.
const LoginPage = lazy(() => import('./LoginPage.tsx').then(({ LoginPage: page }) => ({ default: page })));
const FirstAdminPage = lazy(() =>
  import('./FirstAdminPage.tsx').then(({ FirstAdminPage: page }) => ({ default: page })),
);

/** Shows the page to whoever may see it, and the login to everybody else: under the address that they came for. */
export function AccessGate({ children }: { children: ReactNode }) {
  const { me, isWaiting, failure } = useMe();
  if (isWaiting) return <Opening failure={failure} />;
  const isOutside = me?.isLoginNeeded === true && me.user === null;
  if (!isOutside) return <AccessContext value={me}>{children}</AccessContext>;
  return (
    <Suspense fallback={<Opening failure={null} />}>
      {me.isFirstAdminMissing ? <FirstAdminPage me={me} /> : <LoginPage me={me} />}
    </Suspense>
  );
}
