import { hashKey, useMutation, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../trpc.ts';
import type { Me } from './accessContext.ts';

/** Coming, going, and one's own password. */
export function useAccessActs() {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const meKey = trpc.access.me.queryKey();
  /** What one user was shown is not shown to the next. */
  const forget = () =>
    queryClient.removeQueries({ predicate: ({ queryHash }) => queryHash !== hashKey(meKey) });
  const setUser = (user: Me['user']) =>
    queryClient.setQueryData(meKey, (me) =>
      me === undefined ? me : { ...me, user, isFirstAdminMissing: me.isFirstAdminMissing && user === null },
    );
  const enter = async (user: Me['user']) => {
    // An answer of before would come after.
    await queryClient.cancelQueries(trpc.access.me.queryFilter());
    forget();
    setUser(user);
  };
  const leave = async () => {
    await queryClient.cancelQueries();
    setUser(null);
    forget();
  };
  return {
    login: useMutation(trpc.access.login.mutationOptions({ onSuccess: enter })),
    claimFirstAdmin: useMutation(trpc.access.claimFirstAdmin.mutationOptions({ onSuccess: enter })),
    // A new session in the same tab: who it is stays, and so does what is shown.
    changePassword: useMutation(trpc.access.changePassword.mutationOptions()),
    logout: useMutation(trpc.access.logout.mutationOptions({ onSuccess: leave })),
    logoutEverywhere: useMutation(trpc.access.logoutEverywhere.mutationOptions({ onSuccess: leave })),
  };
}
