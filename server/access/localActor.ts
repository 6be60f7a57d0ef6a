import { LOCAL_NAME } from '#shared/access/userName.ts';
import type { Actor } from '#shared/roles.ts';
import type { Access } from './access.ts';
import { checkedTabName } from './tabName.ts';

/**
 * Who acts without a login, on a server that listens on loopback only: somebody on this machine, who may do everything.
 * The session is the browser tab's own random name.
 */
export function localActor(tabName: string): Actor {
  return { name: LOCAL_NAME, role: 'admin', sessionId: checkedTabName(tabName) };
}

/** A server without users. */
export const localAccess: Access = {
  identify: ({ tabName }) => localActor(tabName),
  recheck: ({ tabName }) => localActor(tabName),
  logins: null,
};
