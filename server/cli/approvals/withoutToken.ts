import type { ApprovalView } from '#shared/acting/approval.ts';

/** The token is the key of the plan: answers end up in logs and files. */
export function withoutToken({ plan, ...rest }: ApprovalView): object {
  if (plan === null) return { ...rest, plan };
  const { token: _, ...shown } = plan;
  return { ...rest, plan: shown };
}
