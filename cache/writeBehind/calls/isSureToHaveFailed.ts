import type { Failed } from '#cache/store/redisTransport.ts';

const NOT_SENT = new Set(['breakerOpen', 'closed', 'saturated']);
const REFUSED = new Set(['refused', 'outOfMemory', 'readOnly']);

/**
 * True when a command has surely not run: it was not sent, or Redis refused it. Without it a command that had no reply may
 * have run, or run yet, since ioredis sends it again on the next connection.
 */
export function isSureToHaveFailed({ code, error }: Failed): boolean {
  if (NOT_SENT.has(code) || REFUSED.has(code)) return true;
  // The transport itself refuses with no error; one that the connection rejected has one.
  return code === 'unreachable' && error === null;
}
