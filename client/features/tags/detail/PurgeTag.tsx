import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import type { TagAddress } from './useTag.ts';

/** Asks for the plan of a purge of the tag. */
export function PurgeTag({ address, guarded }: { address: TagAddress; guarded: GuardedJob }) {
  const refusal = usePurgeRefusal();
  return (
    <Button
      disabled={refusal !== null}
      title={refusal ?? 'Shows a plan first; this button purges nothing'}
      onClick={() => guarded.planPurge({ selection: { by: 'tag', ...address } })}
    >
      Purge …
    </Button>
  );
}
