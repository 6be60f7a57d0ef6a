import type { ReactNode, RefObject } from 'react';
import type { Plan } from '#shared/acting/plan.ts';
import { SeveritySign } from '../SeveritySign.tsx';
import { Dialog } from './Dialog.tsx';

interface PlanDialogProps {
  plan: Plan;
  onClose: () => void;
  /** The way out. */
  initialFocus: RefObject<HTMLElement | null>;
  /** Buttons and what is said beside them. */
  footer: ReactNode;
  /** Why the last answer was refused, with the buttons: the rest scrolls, and would hide it. */
  failure?: ReactNode;
  children: ReactNode;
}

/** A plan of the server as a dialog: its title with the place, what it does, and at the end what can be answered. */
export function PlanDialog({ plan, onClose, initialFocus, footer, failure, children }: PlanDialogProps) {
  return (
    <Dialog
      role="alertdialog"
      title={<PlanTitle plan={plan} />}
      onClose={onClose}
      initialFocus={initialFocus}
      className="border-t-3 border-t-env"
    >
      {children}
      <footer className="sticky bottom-0 flex flex-wrap items-center gap-2 border-t border-line bg-panel px-4 py-3">
        <div className="basis-full break-words empty:hidden">{failure}</div>
        {footer}
      </footer>
    </Dialog>
  );
}

/** What cannot be undone, or is felt by others. */
export function PlanWarning({ plan }: { plan: Plan }) {
  return (
    <p className="flex items-start gap-2 text-amber">
      <SeveritySign severity="warning" size={14} />
      {plan.warning}
    </p>
  );
}

/** The server's title, with the place at its end made to stand out. */
function PlanTitle({ plan }: { plan: Plan }) {
  const place = plan.environment;
  const rest = plan.title.endsWith(` ${place}`) ? plan.title.slice(0, -place.length) : `${plan.title} in `;
  return (
    <>
      {rest}
      <span className="text-base font-bold text-env uppercase">{plan.environment}</span>
    </>
  );
}
