import type { AuditLog, AuditRecord } from '#server/audit/auditLog.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { AppError } from '#shared/errorCodes.ts';

export interface MemoryAuditLog extends AuditLog {
  readonly entries: readonly AuditEntry[];
  /** From now on nothing can be written. */
  breakDown(): void;
}

/** An audit log without a disk. */
export function memoryAuditLog(): MemoryAuditLog {
  const entries: AuditEntry[] = [];
  let isBroken = false;
  return {
    entries,
    breakDown() {
      isBroken = true;
    },
    async append(record: AuditRecord) {
      if (isBroken) throw new AppError('auditUnavailable', 'The audit log cannot be written.');
      const entry = { ...record, sequence: entries.length + 1, atMs: 0, previousHash: '', hash: '' };
      entries.push(entry);
      return entry;
    },
    async list(limit, before = Number.POSITIVE_INFINITY) {
      return entries
        .filter((entry) => entry.sequence < before)
        .toReversed()
        .slice(0, limit);
    },
    isWritable: () => !isBroken,
    async close() {},
  };
}
