import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatUtc } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { actionNames, phaseNames } from './auditSearch.ts';

export type AuditPage = RouterOutputs['audit']['list'];

export interface AuditRow {
  readonly sequence: number;
  readonly at: string;
  readonly atUtc: string;
  readonly actor: string;
  readonly action: string;
  readonly phase: string;
  readonly tone: 'calm' | 'warning' | 'bad';
  readonly subject: string;
  readonly counts: string;
  readonly outcome: string;
  readonly reason: string;
}

const phaseTones: Record<AuditEntry['phase'], AuditRow['tone']> = {
  planned: 'calm',
  asked: 'calm',
  approved: 'calm',
  declined: 'warning',
  withdrawn: 'calm',
  started: 'calm',
  ended: 'calm',
  refused: 'warning',
  interrupted: 'bad',
};

export function prepareAudit(entries: AuditPage['entries']): readonly AuditRow[] {
  return entries.map(prepareAuditRow);
}

export function prepareAuditRow(entry: AuditEntry): AuditRow {
  return {
    sequence: entry.sequence,
    at: formatDateTime(entry.atMs),
    atUtc: formatUtc(entry.atMs),
    actor: entry.actor,
    action: actionNames[entry.action],
    phase: phaseNames[entry.phase],
    tone: hasTrouble(entry) ? 'bad' : phaseTones[entry.phase],
    subject: entry.subject,
    counts: countsText(entry),
    outcome: entry.outcome,
    reason: entry.reason,
  };
}

function hasTrouble({ progress }: AuditEntry): boolean {
  return progress !== null && progress.failedCount + progress.unknownCount > 0;
}

/** What was planned, and what became of it once there is progress. */
function countsText({ plannedCount, progress }: AuditEntry): string {
  const planned = plannedCount === null ? '' : `${formatCount(plannedCount)} planned`;
  if (progress === null) return planned;
  const parts = [
    `${formatCount(progress.changedCount)} of ${formatCount(progress.plannedCount)} removed`,
    progress.skippedCount > 0 ? `${formatCount(progress.skippedCount)} gone already` : '',
    progress.failedCount > 0 ? `${formatCount(progress.failedCount)} failed` : '',
    progress.unknownCount > 0 ? `${formatCount(progress.unknownCount)} not known` : '',
  ];
  return parts.filter(Boolean).join(', ');
}

export interface AuditPaging {
  /** `before` of the next older page; null at the end. */
  readonly olderBefore: number | null;
  readonly isNewest: boolean;
  readonly text: string;
}

/** What a page is of the whole, and where the next one begins: a search of a long log goes on where it stopped. */
export function preparePaging(
  { entries, searchedTo, isComplete }: AuditPage,
  before: number | undefined,
): AuditPaging {
  const newest = entries[0]?.sequence ?? null;
  const oldest = entries.at(-1)?.sequence ?? null;
  const shown =
    newest === null || oldest === null
      ? 'no entries'
      : `no. ${formatCount(newest)} to ${formatCount(oldest)}`;
  const isSearchedFurther = !isComplete && searchedTo !== null && searchedTo !== oldest;
  return {
    olderBefore: isComplete ? null : searchedTo,
    isNewest: before === undefined,
    text: isSearchedFurther ? `${shown}, searched back to no. ${formatCount(searchedTo)}` : shown,
  };
}

/** Who acted in the entries that are shown. */
export function actorsOf(entries: AuditPage['entries']): readonly string[] {
  return [...new Set(entries.map(({ actor }) => actor))].sort();
}
