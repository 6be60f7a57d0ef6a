import { z } from 'zod';
import { quoteForShell } from '#server/jobs/purge/selections/quoteForShell.ts';
import { formatKey } from '#shared/keyText.ts';
import type { MarkView } from '#shared/tags/markView.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

const markInput = targetInput
  .extend({ layout: z.string().min(1).max(40), tagKey: z.string().min(1).max(2_048) })
  .strict();

export const tagsRouter = router({
  list: procedureFor('viewer')
    .input(targetInput.extend({ search: z.string().max(256) }).strict())
    .query(({ ctx, input }) => watchOf(ctx.parts, input.targetId).listTags(input.search)),
  readMark: procedureFor('viewer')
    .input(markInput)
    .query(async ({ ctx, input }): Promise<MarkView> => {
      const mark = await watchOf(ctx.parts, input.targetId).readTagMark(input.layout, input.tagKey);
      const isForShell = quoteForShell(mark.tagKey) !== null;
      return {
        tag: formatKey(mark.tag),
        tagKey: formatKey(mark.tagKey),
        layoutName: mark.layout.name,
        state: mark.state,
        refusal: mark.refusal,
        reach: mark.reach,
        shellCommands: isForShell ? mark.prepareShellCommands((bytes) => quoteForShell(bytes) ?? "''") : [],
      };
    }),
});
