import type { GuardedJob } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { usePurgeRefusal } from '#client/ui/purge/usePurgeRefusal.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';

/** Asks for the plan of a purge of all keys of the pattern. */
export function PurgePattern({ pattern, guarded }: { pattern: string; guarded: GuardedJob }) {
  const refusal = usePurgeRefusal();
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
