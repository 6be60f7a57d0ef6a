import type { WarmPlan } from '#shared/acting/plan.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import type { Estimate } from '#shared/statistics.ts';

/** Memory of the masters together. Null = one of them does not say. */
export interface MemoryRoom {
  readonly usedBytes: number | null;
  /** Null = no limit, or one does not say; `isLimited` tells which. */
  readonly maxBytes: number | null;
  readonly isLimited: boolean | null;
  /** True where a full Redis refuses writes in place of evicting keys. */
  readonly isNoEviction: boolean | null;
}

/** What so many entries take, each as a key of its pattern takes by the sample; null = a pattern was not sampled. */
export function estimateBytes(
  { patterns, entryCount }: Pick<WarmPreview, 'patterns' | 'entryCount'>,
  loadCount: Estimate,
  known: readonly PatternSnapshot[],
): Estimate | null {
  if (entryCount === 0) return null;
  let bytesOfAll = 0;
  for (const { pattern, count } of patterns) {
    const mean = meanBytes(known.find((one) => one.pattern === pattern));
    if (mean === null) return null;
    bytesOfAll += mean * count;
  }
  const perEntry = bytesOfAll / entryCount;
  const { value, low, high } = loadCount;
  return { value: value * perEntry, low: low * perEntry, high: high * perEntry, isExact: false };
}

function meanBytes(pattern: PatternSnapshot | undefined): number | null {
  if (pattern?.sample.state !== 'known') return null;
  const { bytes, keyCount } = pattern.sample.value;
  return bytes === null || keyCount.value <= 0 ? null : bytes.value / keyCount.value;
}

/** By the upper end of the estimate: what might not fit is said to. */
export function judgeRoom(bytes: Estimate | null, room: MemoryRoom): WarmPlan['room'] {
  const { usedBytes, maxBytes, isLimited, isNoEviction } = room;
  if (isLimited === false) return 'fits';
  if (bytes === null || usedBytes === null || maxBytes === null) return 'unknown';
  if (usedBytes + bytes.high <= maxBytes) return 'fits';
  return isNoEviction === true ? 'wouldFail' : 'wouldEvict';
}
