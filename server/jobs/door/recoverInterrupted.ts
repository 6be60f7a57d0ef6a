import type { AuditLog } from '#server/audit/auditLog.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { formatCount } from '../formatCount.ts';

const PAGE_SIZE = 500;

/**
 * Closes the record of jobs that were running when the process died: a start without an end gets an `interrupted`
 * entry that says what is known. Called once at start, before new jobs are taken. Reads the log back to the entry of
 * `settledSequence`: up to it every job has an end. Returns how many there were. Throws `AppError` auditUnavailable.
 */
export async function recoverInterrupted(audit: AuditLog, settledSequence = 0): Promise<number> {
  const open = await readUnfinished(audit, settledSequence);
  for (const started of open) {
    const { sequence: _sequence, atMs: _atMs, previousHash: _previous, hash: _hash, ...record } = started;
    await audit.append({ ...record, phase: 'interrupted', progress: null, outcome: describe(started) });
  }
  return open.length;
}

/** Starts without an end, the oldest first. */
async function readUnfinished(audit: AuditLog, settledSequence: number): Promise<readonly AuditEntry[]> {
  const finished = new Set<string>();
  const unfinished: AuditEntry[] = [];
  let before = Number.POSITIVE_INFINITY;
  for (;;) {
    const page = await audit.list(PAGE_SIZE, before);
    for (const entry of page) {
      before = entry.sequence;
      if (entry.sequence <= settledSequence) return unfinished;
      if (entry.jobId === null) continue;
      if (entry.phase === 'ended' || entry.phase === 'interrupted') finished.add(entry.jobId);
      if (entry.phase === 'started' && !finished.has(entry.jobId)) unfinished.unshift(entry);
    }
    if (page.length < PAGE_SIZE) return unfinished;
  }
}

function describe({ action, plannedCount }: AuditEntry): string {
  if (action === 'probe') {
    return 'The server ended without a word while it measured. A setting that it had changed is put back by this start, unless somebody else has changed it.';
  }
  if (action === 'mark') {
    return 'The server ended without a word while it purged this tag by its mark. Whether the tag is purged and running services were told is not known. Purge it again: that does no harm.';
  }
  if (action === 'repair') {
    return 'The server ended without a word while it repaired the index of this tag. How far it came is not known, and an entry that was stored in its last moment may be missing from the index. Make a new plan to see what is left.';
  }
  if (action === 'warm') {
    return 'The server ended without a word while a service warmed its cache. An instance may have gone on; how far it came is not known. What is loaded does no harm. Make a new plan to see what is left.';
  }
  const count = plannedCount === null ? 'its' : `at most ${formatCount(plannedCount)}`;
  return (
    `The server ended without a word while this ran. It dealt with ${count} keys of its plan, how many is not known; ` +
    'with no other key. Make a new plan to see what is left.'
  );
}
