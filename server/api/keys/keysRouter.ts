import { z } from 'zod';
import type { AuditRecord } from '#server/audit/auditLog.ts';
import { compareEntry } from '#server/control/compareEntry.ts';
import { valueAccessOf } from '#shared/access/valueAccess.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { EntryComparison } from '#shared/keys/entryComparison.ts';
import { MAX_SEARCH_CHARS } from '#shared/keys/keySearch.ts';
import { keySearchSchema } from '#shared/keys/keySearchSchema.ts';
import type { Actor } from '#shared/roles.ts';
import { type ApiParts, watchOf } from '../apiContext.ts';
import { targetInput } from '../rangeInput.ts';
import { procedureFor, router } from '../trpc.ts';

const keyInput = targetInput
  .extend({
    name: z.union([
      z.strictObject({ id: z.string().min(1).max(64) }),
      z.strictObject({ key: z.string().min(1).max(MAX_SEARCH_CHARS) }),
    ]),
  })
  .strict();

/**
 * Single keys. Their names may be personal data: clients send these calls as POST, so that no name comes to stand in an address and in
 * the log of a proxy.
 */
export const keysRouter = router({
  /** Goes on with a search for keys, or starts one, within a budget that all viewers share. */
  find: procedureFor('viewer')
    .input(
      targetInput
        .extend({
          search: keySearchSchema,
          /** As the last call gave it. */
          cursor: z
            .string()
            .regex(/^\d{1,20}$/)
            .nullish(),
          /** Sent by the page's infinite query. */
          direction: z.literal('forward').optional(),
        })
        .strict(),
    )
    .query(({ ctx, input }) =>
      watchOf(ctx.parts, input.targetId).keys.find({ search: input.search, cursor: input.cursor ?? null }),
    ),

  /** Everything about one key but its value. */
  inspect: procedureFor('viewer')
    .input(keyInput)
    .query(({ ctx, input }) => {
      const { keys } = watchOf(ctx.parts, input.targetId);
      return keys.inspect(input.name, valueAccessOf(ctx.actor.role, keys.areValuesShown));
    }),

  /** The start of a value, redacted; recorded in the audit log before it is read. Nothing asks for it by itself. */
  readValue: procedureFor('inspector')
    .input(keyInput)
    .query(async ({ ctx, input }) => {
      const { keys } = watchOf(ctx.parts, input.targetId);
      if (!keys.areValuesShown) {
        throw new AppError('notAllowed', 'This server shows no values. Start it with --values to show them.');
      }
      await record(ctx, {
        ...{ targetId: input.targetId, subject: keys.textOf(input.name) },
        ...{ action: 'readValue', phase: 'started' },
        outcome: 'The start of the value was asked for; it is shown redacted.',
      });
      return keys.readValue(input.name);
    }),

  /** Has the service compare the entry with its source; recorded in the audit log before it is asked and when it has answered. Nothing asks for it by itself. */
  compare: procedureFor('operator')
    .input(keyInput)
    .query(async ({ ctx, input }): Promise<EntryComparison> => {
      const { parts } = ctx;
      if (parts.isReadOnly)
        throw new AppError(
          'readOnly',
          'This server was started read-only: it sends no commands to services.',
        );
      const { keys } = watchOf(parts, input.targetId);
      const key = keys.keyOf(input.name);
      const about = {
        targetId: input.targetId,
        subject: keys.textOf(input.name),
        action: 'compare',
      } as const;
      const outcome = 'A service was asked to compare the entry with its source.';
      await record(ctx, { ...about, phase: 'started', outcome });
      const atMs = parts.clock();
      const compared = await compareEntry(parts.commands, key);
      await record(ctx, { ...about, phase: 'ended', outcome: `${compared.state}: ${compared.text}` });
      return { ...compared, atMs };
    }),
});

type Recorded = Pick<AuditRecord, 'targetId' | 'subject' | 'action' | 'phase' | 'outcome'>;

/** On disk when it resolves. Throws `AppError` auditUnavailable: then nothing may be done. */
async function record(
  { parts, actor }: { readonly parts: ApiParts; readonly actor: Actor },
  recorded: Recorded,
): Promise<void> {
  const { environment } = watchOf(parts, recorded.targetId).snapshot();
  await parts.audit.append({
    ...{ environment, actor: actor.name, planId: '', jobId: null },
    ...{ plannedCount: null, progress: null, reason: '' },
    ...recorded,
  });
}
