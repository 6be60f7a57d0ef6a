import { clsx } from 'clsx';
import { type ReactNode, useId } from 'react';

interface PanelProps {
  title?: ReactNode;
  /** Beside the title: basis, window, source. */
  note?: ReactNode;
  /** At the far end of the title's line. */
  actions?: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A bordered region of the page, named by its title. */
export function Panel({ title, note, actions, className, children }: PanelProps) {
  const titleId = useId();
  const frame = clsx('min-w-0 rounded-lg border border-line bg-panel', className);
  if (title === undefined) return <div className={frame}>{children}</div>;
  return (
    <section aria-labelledby={titleId} className={frame}>
      <header className="flex flex-wrap items-baseline gap-x-2 gap-y-1 px-3 pt-2.5 pb-1">
        <h2 id={titleId} className="text-base">
          {title}
        </h2>
        {note !== undefined && <span className="text-sm text-dim">{note}</span>}
        {actions !== undefined && <div className="ml-auto flex items-center gap-2">{actions}</div>}
      </header>
      {children}
    </section>
  );
}
