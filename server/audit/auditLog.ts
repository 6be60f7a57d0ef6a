import type { AuditEntry } from '#shared/acting/auditEntry.ts';

export type AuditRecord = Omit<AuditEntry, 'sequence' | 'atMs' | 'previousHash' | 'hash'>;

export interface AuditLog {
  /** Writes and flushes to disk before it resolves; throws `AppError('auditUnavailable')` when it cannot. */
  append(record: AuditRecord): Promise<AuditEntry>;
  /** Newest first. */
  list(limit: number, beforeSequence?: number): Promise<readonly AuditEntry[]>;
  /** True when an entry can be written now. */
  isWritable(): boolean;
  close(): Promise<void>;
}
