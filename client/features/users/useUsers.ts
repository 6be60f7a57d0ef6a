import { useUser } from '#client/lib/access/accessContext.ts';
import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { useUserActs } from '#client/lib/access/useUserActs.ts';

/** The users, for an admin; for others, why there are none to see. */
export function useUsers() {
  const own = useUser();
  const refusal = useRefusal('admin');
  const acts = useUserActs({ isAdmin: own !== null && refusal === null });
  return { own, refusal, acts };
}
