import { z } from 'zod';
import { targetIdSchema } from '#shared/targetSchema.ts';
import { startJobInputSchema } from './plan.ts';

export const askApprovalInputSchema = startJobInputSchema.omit({ typed: true });
export type AskApprovalInput = z.infer<typeof askApprovalInputSchema>;

export const approvalInputSchema = z.strictObject({
  targetId: targetIdSchema,
  planId: z.string().min(1).max(64),
});
export type ApprovalInput = z.infer<typeof approvalInputSchema>;

export const decideApprovalInputSchema = approvalInputSchema.extend({
  /** For the requester and the audit log; may be empty. */
  text: z.string().max(500),
});
export type DecideApprovalInput = z.infer<typeof decideApprovalInputSchema>;
