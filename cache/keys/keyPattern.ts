import { CacheError } from '#cache/cacheError.ts';

/*
 * A pattern of whole key names: `*` stands for any text, `{*}` for the value of one field of a family (no ":" and no braces),
 * everything else for itself.
 */

/** What a pattern has in place of a field: all values of it, and nothing beyond them. */
export const ANY_FIELD = '{*}';

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

/** The pattern as Redis's MATCH understands it. It finds all that is meant; with `{*}` also more, which `keyMatcher` tells. */
export function redisGlob(pattern: string): string {
  return pattern.replaceAll(ANY_FIELD, '*').replace(/[\\?[\]^-]/g, '\\$&');
}

/** What every name that the pattern stands for begins with. */
export function literalStart(pattern: string): string {
  const [start = ''] = pattern.split(/\{\*\}|\*/, 1);
  return start;
}

/** True for the names that the pattern stands for. Time is bounded by pattern times name, whatever they are. */
export function keyMatcher(pattern: string): (key: string) => boolean {
  const parts = pattern.split(/(\{\*\}|\*)/);
  return (key) => {
    // Where what follows may begin, in rising order; from one part of the pattern to the next.
    let starts: readonly number[] = [0];
    for (const [index, part] of parts.entries()) {
      if (index % 2 === 0) starts = afterText(key, starts, part);
      else starts = part === '*' ? afterAnything(key, starts) : afterField(key, starts);
      if (starts.length === 0) return false;
    }
    return starts.at(-1) === key.length;
  };
}

function afterText(key: string, starts: readonly number[], text: string): number[] {
  return starts.filter((start) => key.startsWith(text, start)).map((start) => start + text.length);
}

function afterAnything(key: string, starts: readonly number[]): number[] {
  const first = starts[0] ?? 0;
  return Array.from({ length: key.length - first + 1 }, (_, index) => first + index);
}

function afterField(key: string, starts: readonly number[]): number[] {
  const ends: number[] = [];
  let reached = 0;
  for (const start of starts) {
    for (let end = Math.max(start, reached); end < key.length && !':{}'.includes(key.charAt(end)); end += 1) {
      reached = end + 1;
      ends.push(reached);
    }
  }
  return ends;
}
