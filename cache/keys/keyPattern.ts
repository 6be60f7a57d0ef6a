import { CacheError } from '#cache/cacheError.ts';

/** Redis compares the whole keyspace with it, and holds everybody up meanwhile (CVE-2024-31228, CVE-2022-36021). Ours. */
const MAX_PATTERN_LENGTH = 1_024;
const MAX_WILDCARDS = 32;

/**
 * Checks a pattern without prefix, and gives it the prefix. Throws `patternTooBroad` when it names nothing but wildcards and
 * separators, and `badOptions` when it is no pattern.
 */
export function checkKeyPattern(prefix: string, pattern: string): string {
  if (typeof pattern !== 'string' || pattern === '' || !pattern.isWellFormed()) {
    throw new CacheError('badOptions', 'A pattern is a non-empty text.');
  }
  if (prefix.includes('*')) {
    throw new CacheError(
      'badOptions',
      `With "*" in the prefix "${prefix}" a pattern would reach other services.`,
    );
  }
  if (pattern.length > MAX_PATTERN_LENGTH || pattern.split('*').length - 1 > MAX_WILDCARDS) {
    throw new CacheError(
      'badOptions',
      `A pattern has at most ${MAX_PATTERN_LENGTH} characters and ${MAX_WILDCARDS} asterisks.`,
    );
  }
  if (/^[*\s:;,./|_#{}-]*$/.test(pattern)) {
    throw new CacheError(
      'patternTooBroad',
      `"${pattern}" matches every key of the service. Name the keys that are meant, or bump the version of their namespace.`,
    );
  }
  return prefix + pattern;
}
