import type { HttpCommands } from '#server/control/httpCommands.ts';

/** No instance announced an address for commands. */
export const noHttpCommands: Pick<HttpCommands, 'ask'> = {
  ask: async () => ({ state: 'silent', why: 'Nobody is asked over HTTP.' }),
};
