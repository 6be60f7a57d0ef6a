import { type ReactNode, useRef } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { nextStep } from '#client/lib/jobs/nextStep.ts';
import { Button } from '../Button.tsx';
import { Dialog } from './Dialog.tsx';

interface NoPlanProps {
  failure: Failure;
  /** Where the failure's own says too little. */
  title?: string;
  /** What did not happen. */
  note?: ReactNode;
  closeLabel?: string;
  /** Asks for the same plan again; absent = that cannot help, or it is asked for elsewhere. */
  onRenew?: () => void;
  onClose: () => void;
  /** Buttons for other ways. */
  children?: ReactNode;
}

/** Why there is no plan, and what can be done about it. */
export function NoPlan(props: NoPlanProps) {
  const { failure, title = failure.title, note, closeLabel = 'Close', onRenew, onClose, children } = props;
  const close = useRef<HTMLButtonElement>(null);
  return (
    <Dialog title={title} onClose={onClose} initialFocus={close}>
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="alert" className="break-words">
          {failure.detail}
        </p>
        {note !== undefined && <p className="text-dim">{note}</p>}
        <div className="flex flex-wrap gap-2">
          <Button ref={close} onClick={onClose}>
            {closeLabel}
          </Button>
          {onRenew !== undefined && nextStep(failure.code) !== 'close' && (
            <Button onClick={onRenew}>Plan again</Button>
          )}
          {children}
        </div>
      </div>
    </Dialog>
  );
}
