import { useRef } from 'react';
import type { Failure } from '#client/lib/errorText.ts';
import { nextStep } from '#client/lib/jobs/nextStep.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { Button } from '../Button.tsx';
import { Dialog } from '../dialog/Dialog.tsx';
import { methodText, methodValue, slowMethods } from './preparePurge.ts';

interface NoPlanProps {
  /** What no plan was made of. */
  name: string;
  failure: Failure;
  onRenew: () => void;
  /** Absent = there is but one way. */
  onMethod?: (method: PurgeMethod) => void;
  onClose: () => void;
}

/** Why there is no plan, and what can be done about it. */
export function NoPlan({ name, failure, onRenew, onMethod, onClose }: NoPlanProps) {
  const close = useRef<HTMLButtonElement>(null);
  const isNothing = failure.code === 'notFound';
  const isOverload = failure.code === 'sourceOverload';
  const isWorthAnother = !isNothing && !isOverload && nextStep(failure.code) !== 'close';
  return (
    <Dialog
      title={isNothing ? 'There is nothing to purge' : failure.title}
      onClose={onClose}
      initialFocus={close}
    >
      <div className="flex flex-col gap-3 px-4 py-3">
        <p role="alert">{failure.detail}</p>
        <p className="text-dim">
          No plan of <code className="break-all">{name}</code> was made, so nothing was changed.
        </p>
        <div className="flex flex-wrap gap-2">
          <Button ref={close} onClick={onClose}>
            Close
          </Button>
          {isWorthAnother && <Button onClick={onRenew}>Plan again</Button>}
          {isOverload &&
            slowMethods.map((method) => (
              <Button key={methodValue(method)} onClick={() => onMethod?.(method)}>
                {method.how === 'soft' ? 'Plan to mark it as stale' : `Plan it ${methodText(method)}`}
              </Button>
            ))}
        </div>
      </div>
    </Dialog>
  );
}
