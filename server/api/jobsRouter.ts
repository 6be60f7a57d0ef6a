import { z } from 'zod';
import {
  lettersInputSchema,
  markInputSchema,
  probeInputSchema,
  repairInputSchema,
  startJobInputSchema,
  undoInputSchema,
  warmInputSchema,
} from '#shared/acting/plan.ts';
import { purgeInputSchema } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

const jobInput = targetInput.extend({ jobId: z.string().min(1).max(64) }).strict();

/** Plans and jobs: the acting path. What may run, and when, is decided by the guarded jobs alone. */
export const jobsRouter = router({
  planPurge: procedureFor('operator')
    .input(purgeInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planPurge(input, ctx.actor);
    }),

  planUndo: procedureFor('operator')
    .input(undoInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planUndo(input, ctx.actor);
    }),

  planMark: procedureFor('operator')
    .input(markInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planMark(input, ctx.actor);
    }),

  planRepair: procedureFor('operator')
    .input(repairInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planRepair(input, ctx.actor);
    }),

  planWarm: procedureFor('operator')
    .input(warmInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planWarm(input, ctx.actor);
    }),

  planLetters: procedureFor('operator')
    .input(lettersInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planLetters(input, ctx.actor);
    }),

  planProbe: procedureFor('operator')
    .input(probeInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.planProbe(input, ctx.actor);
    }),

  start: procedureFor('operator')
    .input(startJobInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.start(input, ctx.actor);
    }),

  cancel: procedureFor('operator')
    .input(jobInput)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.cancel(input.jobId, ctx.actor);
    }),

  pause: procedureFor('operator')
    .input(jobInput)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.pause(input.jobId, ctx.actor);
    }),

  resume: procedureFor('operator')
    .input(jobInput)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.resume(input.jobId, ctx.actor);
    }),

  get: procedureFor('viewer')
    .input(jobInput)
    .query(({ ctx, input }) => {
      const job = ctx.parts.jobs.get(input.jobId);
      if (job === null) {
        throw new AppError('notFound', 'This job is not known to the running server; see the audit log.');
      }
      return job;
    }),

  load: procedureFor('viewer')
    .input(jobInput)
    .query(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.loadOf(input.jobId);
    }),

  list: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx }) => ctx.parts.jobs.list()),
});
