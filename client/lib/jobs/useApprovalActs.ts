import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { Plan } from '#shared/acting/plan.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { useTRPC } from '../trpc.ts';

const target = { targetId: DEFAULT_TARGET_ID };

/** What is shown of approvals and of the log is old after each answer, also after a refusal: then somebody else was quicker. */
function useFreshApprovals() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  return {
    onSettled: () => {
      void queryClient.invalidateQueries(trpc.approvals.pathFilter());
      void queryClient.invalidateQueries(trpc.audit.pathFilter());
    },
  };
}

/** Asks for a second approver; `onAsked` hears once the server has written it down. */
export function useAskApproval(onAsked: (planId: string) => void) {
  const trpc = useTRPC();
  const fresh = useFreshApprovals();
  const { mutate, isPending, error } = useMutation(
    trpc.approvals.ask.mutationOptions({ ...fresh, onSuccess: ({ planId }) => onAsked(planId) }),
  );
  const ask = ({ token }: Plan, reason: string) => mutate({ ...target, token, reason });
  return { ask, isPending, error };
}

/** What others, or whoever asked, answer about one plan. */
export function useApprovalActs(planId: string) {
  const trpc = useTRPC();
  const fresh = useFreshApprovals();
  const acts = {
    approve: useMutation(trpc.approvals.approve.mutationOptions(fresh)),
    decline: useMutation(trpc.approvals.decline.mutationOptions(fresh)),
    withdraw: useMutation(trpc.approvals.withdraw.mutationOptions(fresh)),
  };
  const last = Object.values(acts).toSorted((a, b) => b.submittedAt - a.submittedAt)[0];
  return {
    approve: (text: string) => acts.approve.mutate({ ...target, planId, text }),
    decline: (text: string) => acts.decline.mutate({ ...target, planId, text }),
    withdraw: () => acts.withdraw.mutate({ ...target, planId }),
    isPending: Object.values(acts).some((act) => act.isPending),
    error: last?.error ?? null,
  };
}
