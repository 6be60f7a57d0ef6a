import type { ApprovalView } from '#shared/acting/approval.ts';
import { printable } from '#shared/export/printable.ts';
import { instant } from '../jobs/jobText.ts';
import { planText } from '../jobs/planned/planText.ts';
import { aligned } from '../textTable.ts';
import { approvalOutcome } from './approvalText.ts';

/** The whole plan, who wants it and why, and how it stands. */
export function approvalViewText({ approval, plan, approvers }: ApprovalView): string {
  const { requester, reason, askedAtMs, expiresAtMs, title } = approval;
  return [
    ...(plan === null ? [printable(title), ''] : [planText(plan), plan.warning, '']),
    aligned([
      ['asked by', `${printable(requester)}, ${instant(askedAtMs)}`],
      ['reason', printable(reason)],
      ['good until', instant(expiresAtMs)],
      ['may approve', approvers.length === 0 ? 'nobody now' : approvers.map(printable).join(', ')],
    ]),
    '',
    approvalOutcome(approval),
  ].join('\n');
}
