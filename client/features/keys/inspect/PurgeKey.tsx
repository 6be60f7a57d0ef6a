import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import type { KeyInspection } from '#shared/keys/keyInspection.ts';

const TOO_LONG = 'Only the start of its name is known here: purge it by a glob.';

interface PurgeKeyProps {
  inspection: KeyInspection;
  guarded: GuardedJob;
}

/** Asks for the plan of a purge of this one key; says beside it why not. Nothing for a key that is not there. */
export function PurgeKey({ inspection: { text, isCut, state }, guarded }: PurgeKeyProps) {
  const notAllowed = usePurgeRefusal();
  if (state !== 'there') return null;
  const refusal = notAllowed ?? (isCut ? TOO_LONG : null);
  return (
    <span className="flex flex-wrap items-center gap-2">
      <Button
        disabled={refusal !== null}
        {...(refusal === null ? {} : { title: refusal })}
        onClick={() => guarded.planPurge({ selection: { by: 'keys', keys: [text] } })}
      >
        Purge …
      </Button>
      {refusal !== null && <span className="text-sm text-dim">{refusal}</span>}
    </span>
  );
}
