import { z } from 'zod';
import { valueAccessOf } from '#shared/access/valueAccess.ts';
import { AppError } from '#shared/errorCodes.ts';
import { LETTER_ID, type LetterAnswer } from '#shared/letters/deadLetter.ts';
import { letterStreamSchema } from '#shared/letters/letterStreamSchema.ts';
import { letterQueueText } from '#shared/letters/letterStreams.ts';
import { watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';

const idInput = z.string().regex(LETTER_ID);

/** Dead letters: events, invalidations and changes for the source that were given up. */
export const lettersRouter = router({
  /** The letters of a service without what they carry, the newest first. */
  list: procedureFor('viewer')
    .input(targetInput.extend({ stream: letterStreamSchema.nullable(), before: idInput.nullable() }).strict())
    .query(async ({ ctx, input }): Promise<LetterAnswer> => {
      watchOf(ctx.parts, input.targetId);
      const { letters } = ctx.parts;
      const valueAccess = valueAccessOf(ctx.actor.role, letters.areValuesShown);
      return { ...(await letters.list(input.stream, input.before)), valueAccess };
    }),

  /** What a letter carries, redacted; recorded in the audit log before it is read. Nothing asks for it by itself. */
  read: procedureFor('inspector')
    .input(targetInput.extend({ stream: letterStreamSchema, id: idInput }).strict())
    .query(async ({ ctx, input: { targetId, stream, id } }) => {
      const { letters, audit } = ctx.parts;
      if (!letters.areValuesShown)
        throw new AppError('notAllowed', 'This server shows no values. Start it with --values to show them.');
      const { environment } = watchOf(ctx.parts, targetId).snapshot();
      await audit.append({
        ...{ targetId, environment, actor: ctx.actor.name, planId: '', jobId: null },
        ...{ action: 'readValue', phase: 'started', plannedCount: null, progress: null, reason: '' },
        subject: `dead letter ${id} of ${stream.service} (${letterQueueText(stream)})`,
        outcome: 'What the letter carries was asked for; it is shown redacted.',
      });
      return letters.read(stream, id);
    }),
});
