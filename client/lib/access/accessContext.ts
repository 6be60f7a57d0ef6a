import { createContext, useContext } from 'react';
import type { RouterOutputs } from '../routerOutputs.ts';

export type Me = RouterOutputs['access']['me'];

/** Null = this server has no login, as far as the page knows. */
export const AccessContext = createContext<Me | null>(null);

/** Who has logged in; null on a server without a login. */
export function useUser(): Me['user'] {
  const me = useContext(AccessContext);
  return me?.isLoginNeeded === true ? me.user : null;
}
