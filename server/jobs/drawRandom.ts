/** So many random bytes; passed in, so that a test can repeat a run. */
export type RandomBytes = (byteCount: number) => Buffer;

/** An integer of 0 to below `limit` (at most 2^32), uniform to within 2^-16. */
export function drawInteger(random: RandomBytes, limit: number): number {
  return random(6).readUIntBE(0, 6) % limit;
}

/** At most `count` of the items, each with the same chance, in random order. */
export function drawSample<T>(items: readonly T[], count: number, random: RandomBytes): T[] {
  const pool = [...items];
  const drawn: T[] = [];
  while (drawn.length < count && pool.length > 0) {
    const at = drawInteger(random, pool.length);
    const last = pool.pop();
    const chosen = at === pool.length ? last : pool[at];
    if (chosen === undefined || last === undefined) break;
    drawn.push(chosen);
    if (at < pool.length) pool[at] = last;
  }
  return drawn;
}
