import { useRefusal } from '#client/lib/access/useRefusal.ts';
import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { READ_ONLY } from '#client/ui/purge/preparePurge.ts';
import type { TagAddress } from './useTag.ts';

/** Asks for the plan of a purge of the tag. */
export function PurgeTag({ address, guarded }: { address: TagAddress; guarded: GuardedJob }) {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  const roleRefusal = useRefusal('operator');
  const refusal = isReadOnly ? READ_ONLY : roleRefusal;
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
