import { z } from 'zod';
import type { AuditFilter } from './auditFilter.ts';

const word = z.string().min(1).max(256).optional();
const instant = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional();

/** What a request may look for. */
export const auditFilterSchema: z.ZodType<AuditFilter> = z.strictObject({
  actor: word,
  action: word,
  phase: word,
  state: word,
  planId: word,
  text: word,
  sinceMs: instant,
  untilMs: instant,
});
