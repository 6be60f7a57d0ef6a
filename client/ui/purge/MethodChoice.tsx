import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { Select } from '../Select.tsx';
import { methodOptions, methodValue, parseMethod } from './preparePurge.ts';

interface MethodChoiceProps {
  method: PurgeMethod;
  /** Why the server chose it; empty when the operator did. */
  why: string;
  onChoose: (method: PurgeMethod) => void;
}

/** How the keys go. Another choice is another plan. */
export function MethodChoice({ method, why, onChoose }: MethodChoiceProps) {
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label="How the keys go"
        prefix="The keys go"
        value={methodValue(method)}
        options={methodOptions(method)}
        onChange={(value) => onChoose(parseMethod(value))}
      />
      <span className="min-w-0 flex-1 basis-48 text-sm text-dim">
        {why !== '' ? `Chosen by the server. ${why}` : 'Another way makes a new plan.'}
      </span>
    </div>
  );
}
