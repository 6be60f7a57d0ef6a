import { z } from 'zod';
import type { JobProgress } from './job.ts';

/** `JobProgress` as the audit log reads it back. */
export const jobProgressSchema: z.ZodType<JobProgress> = z.strictObject({
  plannedCount: z.number(),
  scannedCount: z.number(),
  changedCount: z.number(),
  skippedCount: z.number(),
  failedCount: z.number(),
  unknownCount: z.number(),
});
