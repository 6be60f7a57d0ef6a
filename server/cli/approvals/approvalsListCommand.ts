import { type Approval, isApprovalOpen } from '#shared/acting/approval.ts';
import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { instant } from '../jobs/jobText.ts';
import { type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { leftText } from './approvalText.ts';

/** What the page lists under *Second approver*. */
export const approvalsListCommand: CliCommand = {
  name: 'approvals list',
  help: 'Plans that wait for a second approver, newest first, with their ids',
  flags: [{ flag: '--all', help: 'those that have ended too, as far as the running server remembers' }],
  run: async ({ query }, { given }) => {
    const all = await query('approvals.list', { targetId: DEFAULT_TARGET_ID });
    const approvals = given.has('--all') ? all : all.filter(({ state }) => isApprovalOpen(state));
    const none = 'No plan waits for a second approver.';
    return { data: { approvals }, text: approvals.length === 0 ? none : textTable(columns, approvals) };
  },
};

const columns: readonly TextColumn<Approval>[] = [
  { title: 'plan', align: 'left', text: ({ planId }) => planId },
  { title: 'state', align: 'left', text: ({ state }) => state },
  { title: 'asked', align: 'left', text: ({ askedAtMs }) => instant(askedAtMs) },
  { title: 'left', align: 'right', text: (approval) => leftText(approval) || UNKNOWN },
  { title: 'by', align: 'left', text: ({ requester }) => printable(requester) },
  { title: 'decided by', align: 'left', text: ({ decision }) => printable(decision?.by ?? UNKNOWN) },
  { title: 'what', align: 'left', text: ({ title }) => printable(title) },
  { title: 'reason', align: 'left', text: ({ reason }) => printable(reason) },
];
