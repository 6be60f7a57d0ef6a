import type { AuditFilter } from '#shared/audit/auditFilter.ts';
import { type CliFlag, usageProblem } from '../cliOptions.ts';
import { instantOf } from '../rangeFlags.ts';

/** What narrows the entries of the audit log, as the fields on its page do. */
export const auditFlags: readonly CliFlag[] = [
  { flag: '--since', value: 'TIME', help: 'entries from then on, such as 2026-03-02T10:00Z' },
  { flag: '--until', value: 'TIME', help: 'entries before then' },
  { flag: '--actor', value: 'NAME', help: 'by whom' },
  { flag: '--action', value: 'NAME', help: 'such as purge' },
  {
    flag: '--phase',
    value: 'NAME',
    help: 'planned, asked, approved, declined, withdrawn, started, ended, refused or interrupted',
  },
  { flag: '--state', value: 'NAME', help: 'jobs that ended as completed, cancelled, failed or unknown' },
  { flag: '--plan', value: 'ID', help: 'entries of one plan and its job' },
  { flag: '--text', value: 'TEXT', help: 'part of subject, outcome, reason or a name' },
  { flag: '--csv', help: 'a table for spreadsheets' },
];

/** Throws `CliProblem`. */
export function auditFilterOf(given: ReadonlyMap<string, string>): AuditFilter {
  const [since, until] = ['--since', '--until'].map((flag) => given.get(flag));
  const sinceMs = since === undefined ? undefined : instantOf(since);
  const untilMs = until === undefined ? undefined : instantOf(until);
  if (sinceMs !== undefined && untilMs !== undefined && sinceMs >= untilMs) {
    throw usageProblem('--since must be before --until.');
  }
  return {
    sinceMs,
    untilMs,
    actor: given.get('--actor'),
    action: given.get('--action'),
    phase: given.get('--phase'),
    state: given.get('--state'),
    planId: given.get('--plan'),
    text: given.get('--text'),
  };
}
