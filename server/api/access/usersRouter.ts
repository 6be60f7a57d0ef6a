import { procedureFor, router } from '../trpc.ts';
import { addUserInput, loginInput, setRoleInput, userInput } from './accessInput.ts';
import { loginsOf } from './loginsOf.ts';

/** Users, for admins. */
export const usersRouter = router({
  list: procedureFor('admin').query(({ ctx }) => loginsOf(ctx.parts).users.list()),

  add: procedureFor('admin')
    .input(addUserInput)
    .mutation(({ ctx, input }) => loginsOf(ctx.parts).users.add(input, ctx.actor)),

  setRole: procedureFor('admin')
    .input(setRoleInput)
    .mutation(({ ctx, input }) => loginsOf(ctx.parts).users.setRole(input, ctx.actor)),

  setPassword: procedureFor('admin')
    .input(loginInput)
    .mutation(({ ctx, input }) => loginsOf(ctx.parts).users.setPassword(input, ctx.actor)),

  remove: procedureFor('admin')
    .input(userInput)
    .mutation(({ ctx, input }) => loginsOf(ctx.parts).users.remove(input.name, ctx.actor)),
});
