import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useGuardedProbe } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { useTRPC } from '#client/lib/trpc.ts';

/** The door to the probe, and its newest run that this server knows. */
export function useProbe() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const guarded = useGuardedProbe();
  const job = useJobs().data?.find(({ kind }) => kind === 'probe') ?? null;
  const endedAtMs = job?.endedAtMs ?? null;
  useEffect(() => {
    // What it measured belongs into the table at once.
    if (endedAtMs !== null) void queryClient.invalidateQueries(trpc.patterns.pathFilter());
  }, [endedAtMs, queryClient, trpc]);
  return { guarded, job: job?.kind === 'probe' ? job : null };
}
