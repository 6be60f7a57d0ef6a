import type { Mark, Series } from '#shared/series.ts';
import type { LossCause } from '#shared/services/warmProposal.ts';

/** When Redis lost what was cached, or could not be asked for it. */
export interface CacheLossEvent {
  readonly cause: LossCause;
  readonly atMs: number;
}

/** Keys that must have been there, and the share that may be left, for a fall to be called an emptying. Ours. */
const LEAST_KEYS = 100;
const LEFT_RATIO = 0.1;
/** A restart after which so large a share of the keys is there has loaded them back from its files. Ours. */
const KEPT_RATIO = 0.9;
/** A purge that began or ended within this of a fall is its cause, and was meant, ms. */
const PURGED_WITHIN_MS = 60_000;

/** The newest loss that marks and the count of keys tell of; null = none. */
export function findLoss(marks: readonly Mark[], keyCounts: Series): CacheLossEvent | null {
  const marked = marks.flatMap(({ kind, atMs }): CacheLossEvent[] =>
    kind === 'outage' || kind === 'emptied' || (kind === 'restart' && !keepsKeys(atMs, keyCounts))
      ? [{ cause: kind, atMs }]
      : [],
  );
  const emptied = emptyings(keyCounts).filter(
    ({ atMs, overMs }) =>
      !marks.some(
        (mark) =>
          mark.kind === 'purge' &&
          mark.atMs > atMs - overMs - PURGED_WITHIN_MS &&
          mark.atMs < atMs + PURGED_WITHIN_MS,
      ),
  );
  const losses = [...marked, ...emptied.map(({ atMs }) => ({ cause: 'emptied', atMs }) as const)];
  // A restart empties Redis too, and says more: of two at about one time, the one that is marked.
  const [newest] = losses.toSorted((one, other) => other.atMs - one.atMs);
  if (newest?.cause !== 'emptied') return newest ?? null;
  return marked.findLast(({ atMs }) => Math.abs(atMs - newest.atMs) <= PURGED_WITHIN_MS) ?? newest;
}

/** Whether the first count after a moment shows what the last one before it did; false where either is not known. */
function keepsKeys(atMs: number, { fromMs, stepMs, values }: Series): boolean {
  const at = Math.floor((atMs - fromMs) / stepMs);
  const before = values.slice(0, Math.max(0, at)).findLast((count) => count !== null) ?? 0;
  const after = values.slice(Math.max(0, at + 1)).find((count) => count !== null) ?? 0;
  return before >= LEAST_KEYS && after >= KEPT_RATIO * before;
}

function emptyings({ fromMs, stepMs, values }: Series): { readonly atMs: number; readonly overMs: number }[] {
  const found: { readonly atMs: number; readonly overMs: number }[] = [];
  let before: { readonly count: number; readonly at: number } | null = null;
  for (const [at, count] of values.entries()) {
    if (count === null) continue;
    if (before !== null && before.count >= LEAST_KEYS && count < LEFT_RATIO * before.count) {
      found.push({ atMs: fromMs + (at + 1) * stepMs, overMs: (at - before.at) * stepMs });
    }
    before = { count, at };
  }
  return found;
}
