import type { ReactNode } from 'react';

export function Kbd({ children }: { children: ReactNode }) {
  return (
    <kbd className="rounded border border-line bg-panel px-1 text-xs text-dim max-md:hidden">{children}</kbd>
  );
}
