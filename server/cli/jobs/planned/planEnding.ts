import { instant } from '../jobText.ts';
import type { CachePlan } from './answerPlan.ts';

/** The last lines of a plan: what cannot be undone, and what starting it takes. */
export function planEnding({
  warning,
  confirmation,
  isReasonRequired,
  isApprovalNeeded,
  expiresAtMs,
}: CachePlan): readonly string[] {
  const reason = isReasonRequired || isApprovalNeeded ? ' --reason TEXT' : '';
  const takes = `${confirmation.kind === 'typed' ? `--confirm "${confirmation.text}"` : '--yes'}${reason}`;
  return [
    warning,
    '',
    ...(isApprovalNeeded
      ? ['It needs a second approver: another operator or admin, whom this command asks and waits for.']
      : []),
    `To start it: ${takes}. The plan is good until ${instant(expiresAtMs)}.`,
  ];
}
