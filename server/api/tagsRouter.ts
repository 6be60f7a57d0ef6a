import { z } from 'zod';
import { prepareMarkShell } from '#server/jobs/mark/prepareMarkShell.ts';
import { markInputSchema } from '#shared/acting/plan.ts';
import { formatKey } from '#shared/keyText.ts';
import type { MarkView } from '#shared/tags/markView.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

export const tagsRouter = router({
  list: procedureFor('viewer')
    .input(targetInput.extend({ search: z.string().max(256) }).strict())
    .query(({ ctx, input }) => watchOf(ctx.parts, input.targetId).listTags(input.search)),
  /** One tag whose layout keeps a list of its entries, by a sample of them. */
  detail: procedureFor('viewer')
    .input(markInputSchema)
    .query(({ ctx, input }) => watchOf(ctx.parts, input.targetId).readTag(input.layout, input.tagKey)),
  readMark: procedureFor('viewer')
    .input(markInputSchema)
    .query(async ({ ctx, input }): Promise<MarkView> => {
      const mark = await watchOf(ctx.parts, input.targetId).readTagMark(input.layout, input.tagKey);
      return {
        tag: formatKey(mark.tag),
        tagKey: formatKey(mark.tagKey),
        layoutName: mark.layout.name,
        state: mark.state,
        refusal: mark.refusal,
        reach: mark.reach,
        shellCommands: prepareMarkShell(mark),
      };
    }),
});
