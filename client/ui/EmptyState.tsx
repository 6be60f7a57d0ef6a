import type { ReactNode } from 'react';

interface EmptyStateProps {
  /** What is not there: `No tags were found`. */
  title: ReactNode;
  /** Why, and the next step. */
  children?: ReactNode;
  action?: ReactNode;
  /** Grey hatch: there may be something, but it cannot be known. */
  isUnknown?: boolean;
}

export function EmptyState({ title, children, action, isUnknown = false }: EmptyStateProps) {
  return (
    <div className={isUnknown ? 'hatched m-3 rounded-md' : undefined}>
      <div className="mx-auto flex max-w-xl flex-col items-center gap-1 px-4 py-8 text-center">
        <p className="rounded bg-panel px-2 font-medium">{title}</p>
        {children !== undefined && <div className="rounded bg-panel px-2 text-dim">{children}</div>}
        {action !== undefined && <div className="mt-2">{action}</div>}
      </div>
    </div>
  );
}
