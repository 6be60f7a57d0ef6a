import type { TrafficTotals } from '../historyStore.ts';
import type { Sparklines } from './historyReader.ts';

/** Ranges that people look at between two steps; beyond it the oldest is read anew. */
const KEPT_ANSWERS = 32;

type Totals = ReadonlyMap<string, TrafficTotals>;

/** A question and where its span ends: what is recorded later does not change the answer. */
interface Question {
  readonly parts: readonly (string | number)[];
  readonly endMs: number;
}

interface Kept<T> {
  readonly answer: T;
  readonly endMs: number;
}

/**
 * Answers about all patterns at once, kept until a write changes them: they are the dear ones, and every viewer of the same range
 * asks for the same. What a range is compared with is over, and asked for again and again.
 */
export class RecentAnswers {
  readonly #totals = new Map<string, Kept<Totals>>();
  readonly #sparklines = new Map<string, Kept<Sparklines>>();

  totals(question: Question, read: () => Totals): Totals {
    return recall(this.#totals, question, read);
  }

  sparklines(question: Question, read: () => Sparklines): Sparklines {
    return recall(this.#sparklines, question, read);
  }

  /** Forgets the answers that a write at `atMs` may change. */
  forgetFrom(atMs: number): void {
    for (const kept of [this.#totals, this.#sparklines]) {
      for (const [key, { endMs }] of kept) if (endMs > atMs) kept.delete(key);
    }
  }

  clear(): void {
    this.#totals.clear();
    this.#sparklines.clear();
  }
}

function recall<T>(kept: Map<string, Kept<T>>, { parts, endMs }: Question, read: () => T): T {
  const key = JSON.stringify(parts);
  const found = kept.get(key);
  if (found !== undefined) return found.answer;
  const answer = read();
  kept.set(key, { answer, endMs });
  const oldest = kept.keys().next();
  if (kept.size > KEPT_ANSWERS && !oldest.done) kept.delete(oldest.value);
  return answer;
}
