import type { Failure } from '#client/lib/errorText.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { Button } from '../Button.tsx';
import { NoPlan } from '../dialog/NoPlan.tsx';
import { methodText, methodValue, slowMethods } from './preparePurge.ts';

interface NoPurgeProps {
  /** What no plan was made of. */
  name: string;
  failure: Failure;
  onRenew: () => void;
  /** Absent = there is but one way. */
  onMethod?: (method: PurgeMethod) => void;
  onClose: () => void;
}

/** Why there is no plan of a purge; one that would be too much for the source is offered the slower ways. */
export function NoPurge({ name, failure, onRenew, onMethod, onClose }: NoPurgeProps) {
  const isNothing = failure.code === 'notFound';
  const isOverload = failure.code === 'sourceOverload';
  return (
    <NoPlan
      {...{ failure, onClose }}
      {...(isNothing ? { title: 'There is nothing to purge' } : {})}
      {...(isNothing || isOverload ? {} : { onRenew })}
      note={
        <>
          No plan of <code className="break-all">{name}</code> was made, so nothing was changed.
        </>
      }
    >
      {isOverload &&
        slowMethods.map((method) => (
          <Button key={methodValue(method)} onClick={() => onMethod?.(method)}>
            {method.how === 'soft' ? 'Plan to mark it as stale' : `Plan it ${methodText(method)}`}
          </Button>
        ))}
    </NoPlan>
  );
}
