import type { Selection } from './selection.ts';

/** How the shell commands call Redis. */
export const CLI = 'redis-cli -u "$REDIS_URL"';

/**
 * Removes values and nothing that names them. What tags list of such a key is then as after an expiry: a dead member, which
 * does no harm, and which the library's own upkeep takes out.
 */
export const removeValuesOnly: Pick<Selection, 'prepareRemoval' | 'prepareEnd'> = {
  prepareRemoval: async (_connection, keys) => ({ removeValues: ['UNLINK', ...keys], cleanIndex: [] }),
  prepareEnd: async () => [],
};
