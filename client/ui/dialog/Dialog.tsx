import { clsx } from 'clsx';
import { type ReactNode, type RefObject, useId, useLayoutEffect, useRef } from 'react';

interface DialogProps {
  title: ReactNode;
  /** `alertdialog` interrupts: its first focus should be the way out. */
  role?: 'dialog' | 'alertdialog';
  onClose: () => void;
  /** What has the focus at first; without it, the browser's choice. */
  initialFocus?: RefObject<HTMLElement | null>;
  className?: string;
  children: ReactNode;
}

/**
 * The browser's own modal dialog: it keeps the focus inside, makes the page behind it inert, gives the focus back, and needs no
 * injected style, which the content policy would block. Drawn = open.
 */
export function Dialog({ title, role = 'dialog', onClose, initialFocus, className, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  useLayoutEffect(() => {
    const element = dialog.current;
    element?.showModal();
    initialFocus?.current?.focus({ preventScroll: true });
    // The browser scrolled to what it gave the focus to, which may stand at the end; a dialog is read from its title.
    if (element !== null) element.scrollTop = 0;
    return () => element?.close();
  }, [initialFocus]);
  return (
    <dialog
      ref={dialog}
      role={role}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      className={clsx(
        'm-auto max-h-[92dvh] w-[min(100%-16px,560px)] overflow-auto rounded-lg border border-edge bg-panel text-text',
        className,
      )}
    >
      <h2 id={titleId} className="px-4 pt-3.5 text-lg text-balance">
        {title}
      </h2>
      {children}
    </dialog>
  );
}
