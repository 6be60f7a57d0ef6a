import { z } from 'zod';
import type { TargetId } from '#shared/target.ts';
import { targetIdSchema } from '#shared/targetSchema.ts';
import type { JobProgress } from './job.ts';
import { jobProgressSchema } from './jobProgressSchema.ts';

/** What a warm-up was to do. */
export interface AuditedWarm {
  /** Loads a second at most. */
  readonly perSecond: number;
  /** How long it was to take, ms. */
  readonly plannedMs: number;
  /** Patterns of its entries, the most entries first; at most 20. */
  readonly patterns: readonly string[];
}

/** Patterns of a warm-up that its entries name. */
export const MOST_AUDITED_PATTERNS = 20;

/** One line of the audit log. `hash` covers the line and the hash before it, so an edit or a removal shows. */
export interface AuditEntry {
  /** Rises by one from 1, without gaps. */
  readonly sequence: number;
  readonly atMs: number;
  readonly targetId: TargetId;
  readonly environment: string;
  readonly actor: string;
  /** `purgeTag` stands in logs of earlier versions. `login` and `userChange` are about who may act, `readValue` about a value that was shown, `compare` about an entry that a service held against its source; they have no plan, and an empty `planId`. */
  readonly action:
    | 'purge'
    | 'purgeTag'
    | 'mark'
    | 'repair'
    | 'undo'
    | 'warm'
    | 'letters'
    | 'probe'
    | 'login'
    | 'userChange'
    | 'readValue'
    | 'compare';
  /**
   * `asked`, `approved`, `declined` and `withdrawn` are about a second approver of the plan. `interrupted`: the process died while the
   * job ran; written by the next start.
   */
  readonly phase:
    | 'planned'
    | 'asked'
    | 'approved'
    | 'declined'
    | 'withdrawn'
    | 'started'
    | 'ended'
    | 'refused'
    | 'interrupted';
  /** Names the plan and covers its content: derived from a hash of the selection, the count and the bounds. */
  readonly planId: string;
  readonly jobId: string | null;
  /** Of a job's entries, who approved its plan; absent = nobody had to, as in logs of earlier versions. */
  readonly approver?: string;
  /** What it was done to, as escaped text. */
  readonly subject: string;
  /** Of a warm-up's entries; absent in logs of earlier versions. */
  readonly warm?: AuditedWarm;
  readonly plannedCount: number | null;
  readonly progress: JobProgress | null;
  readonly outcome: string;
  readonly reason: string;
  readonly previousHash: string;
  readonly hash: string;
}

/** Reads an entry back from disk; unknown fields are refused, since the hash would not cover what is not known. */
export const auditEntrySchema: z.ZodType<AuditEntry> = z.strictObject({
  sequence: z.int().min(1),
  atMs: z.number(),
  targetId: targetIdSchema,
  environment: z.string(),
  actor: z.string(),
  action: z.enum([
    'purge',
    'purgeTag',
    'mark',
    'repair',
    'undo',
    'warm',
    'letters',
    'probe',
    'login',
    'userChange',
    'readValue',
    'compare',
  ]),
  phase: z.enum([
    'planned',
    'asked',
    'approved',
    'declined',
    'withdrawn',
    'started',
    'ended',
    'refused',
    'interrupted',
  ]),
  planId: z.string(),
  jobId: z.string().nullable(),
  approver: z.string().exactOptional(),
  subject: z.string(),
  warm: z
    .strictObject({ perSecond: z.number(), plannedMs: z.number(), patterns: z.array(z.string()) })
    .exactOptional(),
  plannedCount: z.number().nullable(),
  progress: jobProgressSchema.nullable(),
  outcome: z.string(),
  reason: z.string(),
  previousHash: z.string(),
  hash: z.string(),
});
