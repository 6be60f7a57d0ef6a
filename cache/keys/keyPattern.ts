import { CacheError } from '#cache/cacheError.ts';

/** Longest pattern, in characters: matching of long ones is a way to stall Redis (CVE-2024-31228). */
const MAX_PATTERN_LENGTH = 256;

/**
 * Checks a pattern of whole key names in which `*` stands for any text and everything else for itself. Throws
 * `patternTooBroad` when it would match all keys of the service, and `badOptions` when it is no pattern.
 */
export function checkKeyPattern(prefix: string, pattern: string): string {
  if (typeof pattern !== 'string' || pattern === '' || !pattern.isWellFormed()) {
    throw new CacheError('badOptions', 'A pattern is a non-empty text.');
  }
  if (pattern.length > MAX_PATTERN_LENGTH) {
    throw new CacheError('badOptions', `A pattern has at most ${MAX_PATTERN_LENGTH} characters.`);
  }
  if (/^\**$/.test(pattern.replaceAll(':', ''))) {
    throw new CacheError(
      'patternTooBroad',
      `"${pattern}" matches every key of the service. Name the keys that are meant, or bump the version of their namespace.`,
    );
  }
  return prefix + pattern;
}

/** The pattern as Redis's MATCH understands it: with everything but `*` escaped. */
export function redisGlob(pattern: string): string {
  return pattern.replace(/[\\?[\]^-]/g, '\\$&');
}

/** True for the names that the pattern stands for. */
export function keyMatcher(pattern: string): (key: string) => boolean {
  const body = pattern
    .split('*')
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
    .join('[\\s\\S]*');
  const expression = new RegExp(`^${body}$`);
  return (key) => expression.test(key);
}
