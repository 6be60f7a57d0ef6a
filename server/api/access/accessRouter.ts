import type { Entered } from '#server/access/access.ts';
import type { ApiContext } from '../apiContext.ts';
import { procedureFor, publicProcedure, router } from '../trpc.ts';
import { changePasswordInput, claimInput, loginInput } from './accessInput.ts';
import { loginsOf } from './loginsOf.ts';
import { usersRouter } from './usersRouter.ts';

/** Who somebody is, coming and going. */
export const accessRouter = router({
  /** Reveals nothing but whether one has to log in. `user` is null for who has not. */
  me: publicProcedure().query(({ ctx }) => {
    const { logins } = ctx.parts.access;
    return {
      isLoginNeeded: logins !== null,
      isFirstAdminMissing: logins?.isFirstAdminMissing() ?? false,
      isPlainHttpAccepted: logins?.isPlainHttpAccepted ?? false,
      user: ctx.actor === null ? null : { name: ctx.actor.name, role: ctx.actor.role },
    };
  }),

  login: publicProcedure()
    .input(loginInput)
    .mutation(async ({ ctx, input }) => entered(ctx, await loginsOf(ctx.parts).login(input, ctx.caller))),

  claimFirstAdmin: publicProcedure()
    .input(claimInput)
    .mutation(async ({ ctx, input }) =>
      entered(ctx, await loginsOf(ctx.parts).claimFirstAdmin(input, ctx.caller)),
    ),

  logout: procedureFor('viewer').mutation(async ({ ctx }) => {
    await loginsOf(ctx.parts).logout(ctx.actor, ctx.caller);
    ctx.keepSession(null);
  }),

  logoutEverywhere: procedureFor('viewer').mutation(async ({ ctx }) => {
    await loginsOf(ctx.parts).logoutEverywhere(ctx.actor);
    ctx.keepSession(null);
  }),

  changePassword: procedureFor('viewer')
    .input(changePasswordInput)
    .mutation(async ({ ctx, input }) => entered(ctx, await loginsOf(ctx.parts).changePassword(input, ctx))),

  users: usersRouter,
});

/** The token goes into the cookie and into no answer, where scripts could read it. */
function entered(ctx: ApiContext, { name, role, sessionToken }: Entered) {
  ctx.keepSession(sessionToken);
  return { name, role };
}
