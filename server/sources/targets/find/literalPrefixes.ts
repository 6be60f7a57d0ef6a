const MAX_DEPTH = 3;

/** Starts of key names that stand as they are in patterns: `shop:` and `shop:catalog:` of `shop:catalog:product:{id}`. */
export function literalPrefixes(patterns: Iterable<string>): Set<string> {
  const prefixes = new Set(['']);
  for (const pattern of patterns) {
    const segments = pattern.split(':').slice(0, MAX_DEPTH + 1);
    let prefix = '';
    // The last segment is the name of the key itself.
    for (const segment of segments.slice(0, -1)) {
      if (/[{*]/.test(segment)) break;
      prefix += `${segment}:`;
      prefixes.add(prefix);
    }
  }
  return prefixes;
}
