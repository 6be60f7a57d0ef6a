import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { READ_ONLY } from '#client/ui/purge/preparePurge.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';

/** Asks for the plan of a purge of all keys of the pattern. */
export function PurgePattern({ pattern, guarded }: { pattern: string; guarded: GuardedJob }) {
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  if (pattern === OTHER_PATTERN) return null;
  return (
    <Button
      disabled={isReadOnly}
      {...(isReadOnly ? { title: READ_ONLY } : {})}
      onClick={() => guarded.planPurge({ selection: { by: 'pattern', pattern } })}
    >
      Purge …
    </Button>
  );
}
