import { z } from 'zod';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

export const auditRouter = router({
  list: procedureFor('viewer')
    .input(
      targetInput
        .extend({
          limit: z.number().int().min(1).max(200),
          beforeSequence: z.number().int().min(1).optional(),
        })
        .strict(),
    )
    .query(async ({ ctx, input }) => ({
      entries: await ctx.parts.audit.list(input.limit, input.beforeSequence),
      isWritable: ctx.parts.audit.isWritable(),
    })),
});
