import { CircleUser } from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import { useUser } from '#client/lib/access/accessContext.ts';
import { Button } from '#client/ui/Button.tsx';

const AccountDialog = lazy(() =>
  import('./AccountDialog.tsx').then(({ AccountDialog: dialog }) => ({ default: dialog })),
);

/** Who you are, on every page; nothing on a server without a login. */
export function AccountButton() {
  const user = useUser();
  const [isOpen, setIsOpen] = useState(false);
  if (user === null) return null;
  return (
    <>
      <Button aria-haspopup="dialog" title="Password, log out, users" onClick={() => setIsOpen(true)}>
        <CircleUser size={14} aria-hidden />
        <span className="max-w-32 truncate max-md:sr-only">{user.name}</span>
        <span className="text-dim max-md:sr-only">{user.role}</span>
        <span className="sr-only">your account</span>
      </Button>
      {isOpen && (
        <Suspense fallback={null}>
          <AccountDialog user={user} onClose={() => setIsOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
