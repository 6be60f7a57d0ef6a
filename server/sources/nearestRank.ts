/** The value of ascending `sorted` that at least `ratio` (0-1) of them do not exceed; null when there is none. */
export function nearestRank(sorted: readonly number[], ratio: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * ratio) - 1)] ?? null;
}
