import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTRPC } from '../trpc.ts';

/** The users and what an admin does with them. */
export function useUserActs({ isAdmin }: { isAdmin: boolean }) {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const users = useQuery(trpc.access.users.list.queryOptions(undefined, { enabled: isAdmin }));
  const onSuccess = () => {
    void queryClient.invalidateQueries(trpc.access.users.list.queryFilter());
    void queryClient.invalidateQueries(trpc.audit.pathFilter());
  };
  return {
    users,
    add: useMutation(trpc.access.users.add.mutationOptions({ onSuccess })),
    setRole: useMutation(trpc.access.users.setRole.mutationOptions({ onSuccess })),
    setPassword: useMutation(trpc.access.users.setPassword.mutationOptions({ onSuccess })),
    remove: useMutation(trpc.access.users.remove.mutationOptions({ onSuccess })),
  };
}

export type UserActs = ReturnType<typeof useUserActs>;
