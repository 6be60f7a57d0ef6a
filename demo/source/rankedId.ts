/** A prime, so that rank times it visits every id once. */
const STRIDE = 7_919;

/** The product, or user, of a rank from 0, the most active; ranks are spread over the ids, which begin at 1. */
export function rankedId(rank: number, count: number): number {
  return 1 + ((rank * STRIDE) % count);
}
