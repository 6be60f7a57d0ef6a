import type { AuditEntry } from '#shared/acting/auditEntry.ts';

/** What is looked for in the audit log; what is absent matches all. */
export interface AuditFilter {
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly phase?: string | undefined;
  /** How a job ended, as its entry of the phase `ended` says: `completed`, `cancelled`, `failed` or `unknown`. */
  readonly state?: string | undefined;
  readonly planId?: string | undefined;
  /** Part of the subject, outcome, reason, actor, approver, plan, job or hash; capitals do not count. */
  readonly text?: string | undefined;
  /** Epoch ms, inclusive. */
  readonly sinceMs?: number | undefined;
  /** Epoch ms, exclusive. */
  readonly untilMs?: number | undefined;
}

/** Part of the log, from one end or from an entry on. */
export interface AuditQuery {
  readonly filter: AuditFilter;
  /** Most entries at once. */
  readonly limit: number;
  readonly order: 'newestFirst' | 'oldestFirst';
  /** Goes on after the entry of this sequence, in that order; absent = from the end that comes first. */
  readonly after?: number | undefined;
}

/** What was found, and how far the search came: a long log is searched in several requests. */
export interface AuditFindings {
  readonly entries: readonly AuditEntry[];
  /** The `after` that goes on from here; null = nothing was looked at. */
  readonly searchedTo: number | null;
  /** Nothing is left in that order. */
  readonly isComplete: boolean;
}

/** How an ended job's entry begins its outcome. */
export function outcomeStart(state: string): string {
  return `${state}: `;
}

/** True when the entry is one of those that are looked for. */
export function matchesAudit(entry: AuditEntry, filter: AuditFilter): boolean {
  const { actor, action, phase, state, planId, text, sinceMs, untilMs } = filter;
  if (actor !== undefined && entry.actor !== actor) return false;
  if (action !== undefined && entry.action !== action) return false;
  if (phase !== undefined && entry.phase !== phase) return false;
  if (planId !== undefined && entry.planId !== planId) return false;
  if (sinceMs !== undefined && entry.atMs < sinceMs) return false;
  if (untilMs !== undefined && entry.atMs >= untilMs) return false;
  if (state !== undefined && !(entry.phase === 'ended' && entry.outcome.startsWith(outcomeStart(state))))
    return false;
  return text === undefined || hasText(entry, text.toLowerCase());
}

function hasText(entry: AuditEntry, lowered: string): boolean {
  const { subject, outcome, reason, actor, approver, planId, jobId, hash } = entry;
  return [subject, outcome, reason, actor, approver ?? '', planId, jobId ?? '', hash].some((field) =>
    field.toLowerCase().includes(lowered),
  );
}
