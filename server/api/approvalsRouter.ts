import {
  approvalInputSchema,
  askApprovalInputSchema,
  decideApprovalInputSchema,
} from '#shared/acting/approvalInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

/** Plans that wait for a second approver. Who may decide, and whether it counts, is decided by the guarded jobs alone. */
export const approvalsRouter = router({
  ask: procedureFor('operator')
    .input(askApprovalInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.approvals.ask(input, ctx.actor);
    }),

  approve: procedureFor('operator')
    .input(decideApprovalInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.approvals.approve(input, ctx.actor);
    }),

  decline: procedureFor('operator')
    .input(decideApprovalInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.approvals.decline(input, ctx.actor);
    }),

  withdraw: procedureFor('operator')
    .input(approvalInputSchema)
    .mutation(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.approvals.withdraw(input, ctx.actor);
    }),

  list: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      return ctx.parts.jobs.approvals.list();
    }),

  get: procedureFor('viewer')
    .input(approvalInputSchema)
    .query(({ ctx, input }) => {
      watchOf(ctx.parts, input.targetId);
      const view = ctx.parts.jobs.approvals.get(input.planId, ctx.actor);
      if (view !== null) return view;
      const text =
        'No plan of this id waits here (any more). Plans are gone when the server ends: its maker has to plan it anew.';
      throw new AppError('notFound', text);
    }),
});
