import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRef } from 'react';
import type { Job } from '#shared/job.ts';
import type { Plan, PurgeTagInput } from '#shared/plan.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { describeFailure, type Failure } from './errorText.ts';
import { nextStep } from './nextStep.ts';
import { useTRPC } from './trpc.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/**
 * The page's one door to a change: asks the server for a plan, starts exactly that plan once, cancels a job. Nothing else
 * on the page may call these procedures, and nothing here is shown before the server said it.
 */
export function useGuardedJob() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const spentToken = useRef<string | null>(null);
  const keep = (job: Job) => {
    queryClient.setQueryData(trpc.jobs.get.queryKey({ ...target, jobId: job.id }), job);
    void queryClient.invalidateQueries(trpc.jobs.list.pathFilter());
    void queryClient.invalidateQueries(trpc.audit.pathFilter());
  };
  const plan = useMutation(trpc.jobs.planPurgeTag.mutationOptions());
  const start = useMutation(
    trpc.jobs.start.mutationOptions({
      onSuccess: (job) => {
        keep(job);
        plan.reset();
      },
      onError: () => {
        spentToken.current = null;
        void queryClient.invalidateQueries(trpc.jobs.list.pathFilter());
      },
    }),
  );
  const cancel = useMutation(trpc.jobs.cancel.mutationOptions({ onSuccess: keep }));
  const startFailure = start.error === null ? null : describeStartFailure(start.error);
  return {
    /** What is being planned or was planned; null when nothing is under way. */
    planned: plan.variables ?? null,
    plan: plan.data ?? null,
    isPlanning: plan.isPending,
    planFailure: plan.error === null ? null : describeFailure(plan.error),
    startFailure,
    /** True when the plan in hand cannot be started (any more), whatever is typed. */
    isPlanSpent: startFailure !== null && nextStep(startFailure.code) === 'newPlan',
    isStarting: start.isPending,
    cancelFailure: cancel.error === null ? null : describeFailure(cancel.error),
    makePlan: (input: Omit<PurgeTagInput, 'targetId'>) => {
      start.reset();
      spentToken.current = null;
      plan.mutate({ ...target, ...input });
    },
    confirm: (confirmed: Plan, answer: { readonly typed: string; readonly reason: string }) => {
      if (spentToken.current === confirmed.token) return;
      spentToken.current = confirmed.token;
      start.mutate({ ...target, token: confirmed.token, ...answer });
    },
    /** Drops the plan; the server forgets it by itself. */
    dismiss: () => {
      plan.reset();
      start.reset();
    },
    cancelJob: (jobId: string) => cancel.mutate({ ...target, jobId }),
  };
}

export type GuardedJob = ReturnType<typeof useGuardedJob>;

/** A lost answer is not a refusal: the job may run. */
function describeStartFailure(error: unknown): Failure {
  const failure = describeFailure(error);
  if (!failure.isServerGone) return failure;
  return {
    ...failure,
    title: 'The answer was lost, so it is not known whether the job started',
    detail: 'Close this and look at the jobs before you plan again.',
  };
}
