import { z } from 'zod';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

export const tagsRouter = router({
  list: procedureFor('viewer')
    .input(targetInput.extend({ search: z.string().max(256) }).strict())
    .query(({ ctx, input }) => watchOf(ctx.parts, input.targetId).listTags(input.search)),
});
