import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { AUDIT_CSV_HEADING, auditCsvRow } from '#shared/audit/auditCsv.ts';
import { printable } from '#shared/export/printable.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { amount, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { auditFilterOf, auditFlags } from './auditFlags.ts';
import { readAuditPages } from './readAuditPages.ts';

const MOST_ENTRIES = 10_000;

/** What the audit page lists. */
export const auditListCommand: CliCommand = {
  name: 'audit list',
  help: 'Who did what, why and with what result, newest first',
  flags: [
    ...auditFlags,
    { flag: '--limit', value: 'N', help: `most entries, up to ${amount(MOST_ENTRIES)} (default: 50)` },
  ],
  run: async ({ query }, { given, isJson }) => {
    const filter = auditFilterOf(given);
    const limit = limitOf(given.get('--limit') ?? '50');
    if (given.has('--csv') && isJson) throw usageProblem('Say --json or --csv, not both.');
    const entries: AuditEntry[] = [];
    for await (const page of readAuditPages(query, { filter, order: 'newestFirst', limit }))
      entries.push(...page);
    const text = given.has('--csv')
      ? [AUDIT_CSV_HEADING, ...entries.map(auditCsvRow)].join('').trimEnd()
      : tableOf(entries);
    return { data: entries, text };
  },
};

function limitOf(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= MOST_ENTRIES) return limit;
  throw usageProblem(`${text} is no number of entries from 1 to ${amount(MOST_ENTRIES)}.`);
}

/** Beyond it a subject is cut in the middle: a key may be as long as a page. */
const WIDEST_SUBJECT = 60;

const columns: readonly TextColumn<AuditEntry>[] = [
  { title: 'no.', align: 'right', text: ({ sequence }) => String(sequence) },
  { title: 'time', align: 'left', text: ({ atMs }) => new Date(atMs).toISOString() },
  { title: 'actor', align: 'left', text: ({ actor }) => printable(actor) },
  { title: 'action', align: 'left', text: ({ action }) => action },
  { title: 'phase', align: 'left', text: ({ phase }) => phase },
  { title: 'subject', align: 'left', text: ({ subject }) => cutInTheMiddle(printable(subject)) },
  { title: 'planned', align: 'right', text: ({ plannedCount }) => amount(plannedCount) },
  { title: 'removed', align: 'right', text: ({ progress }) => amount(progress?.changedCount) },
  { title: 'reason', align: 'left', text: ({ reason }) => printable(reason) || UNKNOWN },
  { title: 'approver', align: 'left', text: ({ approver }) => printable(approver ?? UNKNOWN) },
  { title: 'outcome', align: 'left', text: ({ outcome }) => printable(outcome) },
];

function cutInTheMiddle(text: string): string {
  if (text.length <= WIDEST_SUBJECT) return text;
  return `${text.slice(0, WIDEST_SUBJECT / 2)}…${text.slice(1 - WIDEST_SUBJECT / 2)}`;
}

function tableOf(entries: readonly AuditEntry[]): string {
  return entries.length === 0 ? 'No entry matches.' : textTable(columns, entries);
}
