import { useState } from 'react';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { Button } from '../Button.tsx';
import { Select } from '../Select.tsx';
import { methodOptions, methodValue, parseMethod } from './preparePurge.ts';

interface MethodChoiceProps {
  method: PurgeMethod;
  /** Why the server chose it; empty when the operator did. */
  why: string;
  onChoose: (method: PurgeMethod) => void;
}

/** How the keys go. Another choice is another plan, asked for by a button: arrow keys walk through the list meanwhile. */
export function MethodChoice({ method, why, onChoose }: MethodChoiceProps) {
  const own = methodValue(method);
  const [chosen, setChosen] = useState(own);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <Select
        label="How the keys go"
        prefix="The keys go"
        value={chosen}
        options={methodOptions(method)}
        onChange={setChosen}
      />
      {chosen === own ? (
        why !== '' && (
          <span className="min-w-0 flex-1 basis-48 text-sm text-dim max-md:basis-full">
            Chosen by the server. {why}
          </span>
        )
      ) : (
        <Button onClick={() => onChoose(parseMethod(chosen))}>Plan it so</Button>
      )}
    </div>
  );
}
