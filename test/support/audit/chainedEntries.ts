import { GENESIS_HASH, sealEntry } from '#server/audit/auditChain.ts';
import type { AuditRecord } from '#server/audit/auditLog.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';

export function auditRecord(more: Partial<AuditRecord> = {}): AuditRecord {
  return {
    targetId: 'default',
    environment: 'demo',
    actor: 'local',
    action: 'purge',
    phase: 'planned',
    planId: 'plan',
    jobId: null,
    subject: 'tag:1',
    plannedCount: 3,
    progress: null,
    outcome: '',
    reason: '',
    ...more,
  };
}

/** Entries as a log would hold them, a second apart from `firstAtMs` on unless they say when. */
export function* chainedEntries(
  records: Iterable<AuditRecord & { readonly atMs?: number }>,
  firstAtMs = 1_000_000,
): Generator<AuditEntry> {
  let previousHash = GENESIS_HASH;
  let sequence = 0;
  for (const record of records) {
    sequence += 1;
    const entry = sealEntry({ atMs: firstAtMs + sequence * 1_000, ...record, sequence, previousHash });
    previousHash = entry.hash;
    yield entry;
  }
}

/** The text of a log's file. */
export function auditFileText(entries: Iterable<AuditEntry>): string {
  return [...entries].map((entry) => `${formatAuditLine(entry)}\n`).join('');
}

const PHASES = ['planned', 'started', 'ended'] as const;
const ACTORS = ['ada', 'grace', 'local'] as const;

/** The `index`th record of a log in which every third closes a job, from several people. */
export function jobRecord(index: number): AuditRecord {
  const job = Math.floor(index / 3);
  const phase = PHASES[index % 3] ?? 'planned';
  const plannedCount = 1 + (job % 500);
  return auditRecord({
    actor: ACTORS[job % 3] ?? 'local',
    phase,
    planId: `plan-${job}`,
    jobId: phase === 'planned' ? null : `job-${job}`,
    subject: `tag:category:${job % 1_000}`,
    plannedCount,
    progress:
      phase === 'ended'
        ? {
            plannedCount,
            scannedCount: plannedCount,
            changedCount: plannedCount,
            skippedCount: 0,
            failedCount: 0,
            unknownCount: 0,
          }
        : null,
    outcome: phase === 'ended' ? `${job % 10 === 0 ? 'failed' : 'completed'}: Removed keys.` : '',
    reason: phase === 'planned' ? '' : `wrong prices, INC-${job}`,
  });
}
