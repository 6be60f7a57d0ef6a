/** A count as it stands in titles and outcomes: `48,210`. */
export function formatCount(count: number): string {
  return new Intl.NumberFormat('en-US').format(count);
}
