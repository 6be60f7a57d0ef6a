/** Index of the first of the ascending `bounds` that is not below `value`; of the last one when all are. */
export function logBucket(value: number, bounds: readonly number[]): number {
  let low = 0;
  let high = bounds.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((bounds[middle] ?? Number.POSITIVE_INFINITY) >= value) high = middle;
    else low = middle + 1;
  }
  return low;
}
