import { OTHER_PATTERN } from '#shared/metricNames.ts';

/**
 * A line for a shell that lists the keys of a pattern without blocking Redis. It names the Redis that the page shows.
 * Each `{name}` becomes `*` and each escaped byte `?`, so it may list keys of other patterns too.
 * Null for `other`, which is not a pattern but what is past the limit of patterns.
 */
export function scanCommand(pattern: string, redisAddress: string): string | null {
  if (pattern === OTHER_PATTERN) return null;
  const glob = pattern
    .split(/(\{[^{}]*\})/)
    .map((part, index) => (index % 2 === 1 ? '*' : literalGlob(part)))
    .join('')
    .replace(/\*{2,}/g, '*');
  return `redis-cli -u ${quote(redisAddress)} --scan -i 0.01 --pattern ${quote(glob)}`;
}

/** Text as `formatKey` writes it, with what a glob reads as special escaped. A doubled backslash is one, escaped already. */
function literalGlob(text: string): string {
  return text.replace(/\\x[0-9a-f]{2}|\\\\|[*?[\]]/gi, (found) =>
    found.startsWith('\\x') ? '?' : found === '\\\\' ? found : `\\${found}`,
  );
}

/** Single quotes carry everything but themselves. */
function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
