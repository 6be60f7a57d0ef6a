import type { GuardedJob, GuardedRepair } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import type { TagAddress } from './useTag.ts';

interface TagActsProps {
  address: TagAddress;
  guarded: GuardedJob;
  repair: GuardedRepair;
}

/** Ask for the plan of a purge of the tag, or of a repair of its index. */
export function TagActs({ address, guarded, repair }: TagActsProps) {
  const refusal = usePurgeRefusal();
  return (
    <>
      <Button
        disabled={refusal !== null}
        title={refusal ?? 'Shows a plan first; this button purges nothing'}
        onClick={() => guarded.planPurge({ selection: { by: 'tag', ...address } })}
      >
        Purge …
      </Button>
      <Button
        disabled={refusal !== null}
        title={refusal ?? 'Shows what would be done to the index first; this button changes nothing'}
        onClick={() => repair.planRepair(address)}
      >
        Repair …
      </Button>
    </>
  );
}
