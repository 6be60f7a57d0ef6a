import type { Actor } from '#shared/roles.ts';

/** What a browser may send as the name of its session; anything else counts as none. */
const SESSION_NAME = /^[A-Za-z0-9_.-]{1,64}$/;

/**
 * Who acts without a login, on a server that listens on loopback only: somebody on this machine, who may do everything.
 * The session is the browser's own random name. It keeps apart the plans of two tabs; it is no secret and proves nothing.
 */
export function localActor(sessionName: string): Actor {
  return {
    name: 'local',
    role: 'admin',
    sessionId: SESSION_NAME.test(sessionName) ? sessionName : 'unnamed',
  };
}
