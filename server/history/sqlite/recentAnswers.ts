import type { TrafficTotals } from '../historyStore.ts';
import type { Sparklines } from './historyReader.ts';

/** Ranges that people look at between two steps; beyond it the oldest is read anew. */
const KEPT_ANSWERS = 32;

type Totals = ReadonlyMap<string, TrafficTotals>;

/**
 * Answers about all patterns at once, kept until the next write: they are the dear ones, and every viewer of the same
 * range asks for the same.
 */
export class RecentAnswers {
  readonly #totals = new Map<string, Totals>();
  readonly #sparklines = new Map<string, Sparklines>();

  totals(question: readonly (string | number)[], read: () => Totals): Totals {
    return recall(this.#totals, JSON.stringify(question), read);
  }

  sparklines(question: readonly (string | number)[], read: () => Sparklines): Sparklines {
    return recall(this.#sparklines, JSON.stringify(question), read);
  }

  clear(): void {
    this.#totals.clear();
    this.#sparklines.clear();
  }
}

function recall<T>(kept: Map<string, T>, key: string, read: () => T): T {
  const found = kept.get(key);
  if (found !== undefined) return found;
  const answer = read();
  kept.set(key, answer);
  const oldest = kept.keys().next();
  if (kept.size > KEPT_ANSWERS && !oldest.done) kept.delete(oldest.value);
  return answer;
}
