import { csvText } from '#client/lib/export/csvText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatUtc } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';

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

const actions: Record<AuditEntry['action'], string> = {
  purge: 'purge',
  purgeTag: 'purge tag',
  undo: 'undo',
  probe: 'probe',
  login: 'login',
  userChange: 'users',
};

const phases: Record<AuditEntry['phase'], { text: string; tone: AuditRow['tone'] }> = {
  planned: { text: 'planned', tone: 'calm' },
  started: { text: 'started', tone: 'calm' },
  ended: { text: 'ended', tone: 'calm' },
  refused: { text: 'refused', tone: 'warning' },
  interrupted: { text: 'interrupted', tone: 'bad' },
};

export function prepareAudit(entries: AuditPage['entries']): readonly AuditRow[] {
  return entries.map((entry) => ({
    sequence: entry.sequence,
    at: formatDateTime(entry.atMs),
    atUtc: formatUtc(entry.atMs),
    actor: entry.actor,
    action: actions[entry.action],
    phase: phases[entry.phase].text,
    tone: hasTrouble(entry) ? 'bad' : phases[entry.phase].tone,
    subject: entry.subject,
    counts: countsText(entry),
    outcome: entry.outcome,
    reason: entry.reason,
  }));
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
  /** `beforeSequence` of the next older page; null at the end. */
  readonly olderBefore: number | null;
  readonly isNewest: boolean;
  readonly text: string;
}

/** Sequences rise by one without gaps, so the last one shown tells whether there is more. */
export function preparePaging(entries: AuditPage['entries'], before: number | undefined): AuditPaging {
  const newest = entries[0]?.sequence ?? null;
  const oldest = entries.at(-1)?.sequence ?? null;
  return {
    olderBefore: oldest !== null && oldest > 1 ? oldest : null,
    isNewest: before === undefined,
    text:
      newest === null || oldest === null
        ? 'no entries'
        : `entries ${formatCount(newest)} to ${formatCount(oldest)}`,
  };
}

const CSV_HEADER =
  'sequence,at,actor,action,phase,subject,planned,removed,goneAlready,failed,notKnown,outcome,reason,hash'.split(
    ',',
  );

/** The page as CSV. */
export function auditCsv(entries: AuditPage['entries']): string {
  const rows = entries.map((entry) => [
    entry.sequence,
    formatUtc(entry.atMs),
    entry.actor,
    entry.action,
    entry.phase,
    entry.subject,
    entry.plannedCount,
    entry.progress?.changedCount ?? null,
    entry.progress?.skippedCount ?? null,
    entry.progress?.failedCount ?? null,
    entry.progress?.unknownCount ?? null,
    entry.outcome,
    entry.reason,
    entry.hash,
  ]);
  return csvText(CSV_HEADER, rows);
}
