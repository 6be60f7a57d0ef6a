import { shellWord } from '#client/lib/shellWord.ts';
import { patternGlob } from '#shared/keys/keyGlob.ts';
import { OTHER_PATTERN } from '#shared/metricNames.ts';

/**
 * A line for a shell that lists the keys of a pattern without blocking Redis. It names the Redis that the page shows.
 * Each `{name}` becomes `*` and each escaped byte `?`, so it may list keys of other patterns too.
 * Null for `other`, which is not a pattern but what is past the limit of patterns.
 */
export function scanCommand(pattern: string, redisAddress: string): string | null {
  if (pattern === OTHER_PATTERN) return null;
  const glob = patternGlob(pattern).replace(/\\x[0-9a-f]{2}|\\\\/gi, (found) =>
    found === '\\\\' ? found : '?',
  );
  return `redis-cli -u ${shellWord(redisAddress)} --scan -i 0.01 --pattern ${shellWord(glob)}`;
}
