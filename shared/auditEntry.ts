import type { JobProgress } from './job.ts';
import type { TargetId } from './target.ts';

/** One line of the audit log. `hash` covers the line and the hash before it, so an edit or a removal shows. */
export interface AuditEntry {
  /** Rises by one from 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly targetId: TargetId;
  readonly environment: string;
  readonly actor: string;
  readonly action: 'purgeTag';
  readonly phase: 'planned' | 'started' | 'ended' | 'refused' | 'interrupted';
  readonly planId: string;
  readonly jobId: string | null;
  /** What it was done to, as escaped text. */
  readonly subject: string;
  readonly plannedCount: number | null;
  readonly progress: JobProgress | null;
  readonly outcome: string;
  readonly reason: string;
  readonly previousHash: string;
  readonly hash: string;
}
