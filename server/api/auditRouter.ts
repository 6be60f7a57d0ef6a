import { z } from 'zod';
import { auditFilterSchema } from '#shared/audit/auditFilterSchema.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

const listInput = targetInput
  .extend({
    limit: z.number().int().min(1).max(1_000),
    order: z.enum(['newestFirst', 'oldestFirst']).default('newestFirst'),
    /** The `searchedTo` of the answer before; absent = from the end that comes first. */
    after: z.number().int().min(0).optional(),
    filter: auditFilterSchema.default({}),
  })
  .strict();

export const auditRouter = router({
  /** Entries that match; `isComplete` false = more may follow after `searchedTo`, also where fewer than `limit` are there. */
  list: procedureFor('viewer')
    .input(listInput)
    .query(({ ctx, input: { targetId: _, ...query } }) => ctx.parts.audit.search(query)),

  /** Whether entries can be written, what the last check of the chain said, and the head to compare it with. */
  status: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx: { parts } }) => ({
      trouble: parts.audit.trouble(),
      head: parts.audit.head(),
      check: parts.auditCheck.view(),
    })),

  /** Begins a check of the whole chain unless one runs, and answers at once. It changes nothing, and is therefore a query. */
  check: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx: { parts } }) => {
      parts.auditCheck.begin();
      return parts.auditCheck.view();
    }),
});
