/*
 * A pattern of whole key names, as cachescope/cache invalidates by: `*` stands for any text, `{*}` for the value of one field of a
 * family (no ":" and no braces), everything else for itself.
 */

/** What a pattern has in place of a field: all values of it, and nothing beyond them. */
export const ANY_FIELD = '{*}';

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
