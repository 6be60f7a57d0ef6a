import { useRefusal } from '#client/lib/access/useRefusal.ts';
import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { READ_ONLY } from '#client/ui/purge/preparePurge.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';

/** Asks for the plan of a purge of all keys of the pattern. */
export function PurgePattern({ pattern, guarded }: { pattern: string; guarded: GuardedJob }) {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  const roleRefusal = useRefusal('operator');
  const refusal = isReadOnly ? READ_ONLY : roleRefusal;
  if (pattern === OTHER_PATTERN) return null;
  return (
    <Button
      disabled={refusal !== null}
      {...(refusal === null ? {} : { title: refusal })}
      onClick={() => guarded.planPurge({ selection: { by: 'pattern', pattern } })}
    >
      Purge …
    </Button>
  );
}
