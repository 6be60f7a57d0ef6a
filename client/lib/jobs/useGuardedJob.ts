import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useCallback, useRef } from 'react';
import type { Job } from '#shared/acting/job.ts';
import type { LettersInput, MarkInput, Plan, RepairInput, WarmInput } from '#shared/acting/plan.ts';
import type { PurgeInput } from '#shared/acting/purgeInput.ts';
import type { ProbeScheduleId } from '#shared/probe/probeSchedule.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { describeFailure, type Failure } from '../errorText.ts';
import { useTRPC } from '../trpc.ts';
import { nextStep } from './nextStep.ts';

const target = { targetId: DEFAULT_TARGET_ID };

export type PurgeAsked = Omit<PurgeInput, 'targetId'>;

/**
 * The page's one door to a change: asks the server for a plan, starts exactly that plan once, cancels a job. Nothing else
 * on the page may call these procedures, and nothing here is shown before the server said it.
 */
export function useGuardedJob() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planPurge.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planPurge = useCallback(
    (asked: PurgeAsked) => {
      dropStart();
      askForPlan({ ...target, ...asked });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planPurge };
}

export type GuardedJob = ReturnType<typeof useGuardedJob>;

/** The same door for a measurement of hit rate by pattern. */
export function useGuardedProbe() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planProbe.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planProbe = useCallback(
    (schedule: ProbeScheduleId) => {
      dropStart();
      askForPlan({ ...target, schedule });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planProbe };
}

export type MarkAsked = Omit<MarkInput, 'targetId'>;

/** The same door for the purge of a tag by its mark. */
export function useGuardedMark() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planMark.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planMark = useCallback(
    (asked: MarkAsked) => {
      dropStart();
      askForPlan({ ...target, ...asked });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planMark };
}

/** The same door for putting the index of a tag right. */
export function useGuardedRepair() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planRepair.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planRepair = useCallback(
    (asked: Omit<RepairInput, 'targetId'>) => {
      dropStart();
      askForPlan({ ...target, ...asked });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planRepair };
}

export type GuardedRepair = ReturnType<typeof useGuardedRepair>;

export type GuardedMark = ReturnType<typeof useGuardedMark>;

export type WarmAsked = Omit<WarmInput, 'targetId'>;

/** The same door for a run of a warmer of a service. */
export function useGuardedWarm() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planWarm.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planWarm = useCallback(
    (asked: WarmAsked) => {
      dropStart();
      askForPlan({ ...target, ...asked });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planWarm };
}

export type GuardedWarm = ReturnType<typeof useGuardedWarm>;

/** The same door for replaying or dropping dead letters. */
export function useGuardedLetters() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planLetters.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planLetters = useCallback(
    (asked: Omit<LettersInput, 'targetId'>) => {
      dropStart();
      askForPlan({ ...target, ...asked });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planLetters };
}

export type GuardedLetters = ReturnType<typeof useGuardedLetters>;

/** The same door for bringing back what a purge removed. */
export function useGuardedUndo() {
  const trpc = useTRPC();
  const plan = useMutation(trpc.jobs.planUndo.mutationOptions());
  const acts = useActs(plan.reset);
  const { mutate: askForPlan } = plan;
  const { dropStart } = acts;
  const planUndo = useCallback(
    (jobId: string) => {
      dropStart();
      askForPlan({ ...target, jobId });
    },
    [askForPlan, dropStart],
  );
  return { ...acts, ...planState(plan), planUndo };
}

export type GuardedUndo = ReturnType<typeof useGuardedUndo>;

export type GuardedProbe = ReturnType<typeof useGuardedProbe>;

/** The same door for a plan that was made before, and that somebody has approved since. */
export function useGuardedStart() {
  return useActs(noPlan);
}

/** It is not held here. */
function noPlan(): void {}

interface Planning<Input, Made> {
  readonly variables: Input | undefined;
  readonly data: Made | undefined;
  readonly error: unknown;
}

function planState<Input, Made>({ variables, data, error }: Planning<Input, Made>) {
  return {
    /** What is being planned or was planned; null when nothing is under way. */
    planned: variables ?? null,
    plan: data ?? null,
    planFailure: error === null ? null : describeFailure(error),
  };
}

/** What can be done with a plan, whatever it is of. */
function useActs(dropPlan: () => void) {
  const keep = useKeepJob();
  const start = useStart((job) => {
    keep(job);
    dropPlan();
  });
  const { reset: dropStart } = start;
  return {
    start,
    dropStart,
    /** Drops the plan; the server forgets it by itself. */
    dismiss: () => {
      dropPlan();
      dropStart();
    },
    ...useJobActs(keep),
  };
}

/** What can be done with a job that runs, and why the last of it did not reach the job. */
function useJobActs(keep: (job: Job) => void) {
  const trpc = useTRPC();
  const acts = {
    cancel: useMutation(trpc.jobs.cancel.mutationOptions({ onSuccess: keep })),
    pause: useMutation(trpc.jobs.pause.mutationOptions({ onSuccess: keep })),
    resume: useMutation(trpc.jobs.resume.mutationOptions({ onSuccess: keep })),
  };
  const last = Object.values(acts).toSorted((a, b) => b.submittedAt - a.submittedAt)[0];
  return {
    jobActs: {
      cancel: (jobId: string) => acts.cancel.mutate({ ...target, jobId }),
      pause: (jobId: string) => acts.pause.mutate({ ...target, jobId }),
      resume: (jobId: string) => acts.resume.mutate({ ...target, jobId }),
    },
    actFailure: last?.isError ? { jobId: last.variables.jobId, failure: describeFailure(last.error) } : null,
  };
}

/** Puts what the server said of a job where lists and panels read it. */
function useKeepJob() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return (job: Job) => {
    queryClient.setQueryData(trpc.jobs.get.queryKey({ ...target, jobId: job.id }), job);
    void queryClient.invalidateQueries(trpc.jobs.list.pathFilter());
    void queryClient.invalidateQueries(trpc.approvals.pathFilter());
    void queryClient.invalidateQueries(trpc.audit.pathFilter());
    void queryClient.invalidateQueries(trpc.warming.pathFilter());
  };
}

/** Starts a plan once: a second click on the same plan does nothing, unless the server refused the first. */
function useStart(onStarted: (job: Job) => void) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const sentToken = useRef<string | null>(null);
  const start = useMutation(
    trpc.jobs.start.mutationOptions({
      onSuccess: onStarted,
      onError: () => {
        sentToken.current = null;
        void queryClient.invalidateQueries(trpc.jobs.list.pathFilter());
        void queryClient.invalidateQueries(trpc.approvals.pathFilter());
      },
    }),
  );
  const failure = start.error === null ? null : describeStartFailure(start.error);
  return {
    failure,
    /** What was started last; null when nothing was, since the last plan was asked for. */
    job: start.data ?? null,
    isPending: start.isPending,
    /** True when the plan in hand cannot be started (any more), whatever is typed. */
    isPlanSpent: failure !== null && nextStep(failure.code) === 'newPlan',
    confirm: (plan: Plan, answer: { readonly typed: string; readonly reason: string }) => {
      if (sentToken.current === plan.token) return;
      sentToken.current = plan.token;
      start.mutate({ ...target, token: plan.token, ...answer });
    },
    reset: start.reset,
  };
}

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
