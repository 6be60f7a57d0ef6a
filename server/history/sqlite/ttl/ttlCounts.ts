/**
 * Counts of the buckets of a TTL histogram as bytes: the place of the first that is not empty, then the counts up to the last one,
 * each in groups of seven bits, lowest first (LEB128). About 15 bytes a pattern.
 */
export function packCounts(counts: readonly number[]): Uint8Array {
  const first = counts.findIndex((count) => count > 0);
  if (first < 0) return new Uint8Array(0);
  const last = counts.findLastIndex((count) => count > 0);
  return Uint8Array.from([first, ...counts.slice(first, last + 1)].flatMap(packCount));
}

/** As many counts as there are buckets; those past the ends are zero. */
export function unpackCounts(bytes: Uint8Array, bucketCount: number): readonly number[] {
  const [first = 0, ...held] = unpackAll(bytes);
  const counts = new Array<number>(bucketCount).fill(0);
  held.forEach((count, index) => {
    if (first + index < bucketCount) counts[first + index] = count;
  });
  return counts;
}

function packCount(count: number): number[] {
  const bytes: number[] = [];
  let rest = Math.max(0, Math.round(count));
  while (rest >= 128) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return [...bytes, rest];
}

function unpackAll(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let value = 0;
  let weight = 1;
  for (const byte of bytes) {
    value += (byte % 128) * weight;
    weight *= 128;
    if (byte >= 128) continue;
    numbers.push(value);
    value = 0;
    weight = 1;
  }
  return numbers;
}
