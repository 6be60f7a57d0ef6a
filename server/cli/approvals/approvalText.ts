import { type Approval, isApprovalOpen } from '#shared/acting/approval.ts';
import { printable } from '#shared/export/printable.ts';
import { instant } from '../jobs/jobText.ts';
import { duration } from '../textTable.ts';

/** What was decided, or that nothing was, in sentences. */
export function approvalOutcome({ state, decision, note, requester, jobId }: Approval): string {
  const by = decision === null ? 'somebody' : printable(decision.by);
  const said = decision === null || decision.text === '' ? '' : ` They say: "${printable(decision.text)}"`;
  const more = note === '' ? '' : ` ${printable(note)}`;
  switch (state) {
    case 'waiting':
      return `Nobody has decided yet.${more}`;
    case 'approved':
      return `Approved by ${by}.${said}`;
    case 'declined':
      return `Declined by ${by}.${said}`;
    case 'withdrawn':
      return `Taken back by ${printable(requester)}.`;
    case 'used':
      return jobId === null
        ? `Approved by ${by}, but its start was refused.${more}`
        : `Approved by ${by} and started as job ${jobId}.${said}`;
    case 'expired':
      return 'Too old: nobody started it in its time.';
  }
}

/** `14 min`; empty once it can be answered no more. */
export function leftText({ state, expiresAtMs }: Approval): string {
  return isApprovalOpen(state) ? duration(Math.max(0, expiresAtMs - Date.now())) : '';
}

/** For whoever asked: whom to wake, and what they type. */
export function howToApprove(
  { planId, expiresAtMs }: Approval,
  { approvers, url }: { readonly approvers: readonly string[]; readonly url: string },
): string {
  const page = new URL(url);
  page.searchParams.set('approval', planId);
  return [
    `It waits for a second approver until ${instant(expiresAtMs)}: ${approvers.map(printable).join(', ')}.`,
    `On the page: ${page.href}`,
    `In a terminal: cachescope approvals approve ${planId} --url ${url} --user ${printable(approvers[0] ?? 'NAME')}`,
  ].join('\n');
}
