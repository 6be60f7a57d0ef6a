import type { LetterEntry } from '#server/sources/letters/parseLetter.ts';
import type { BatchResult } from '../purge/methods/batch.ts';

/** What became of letters that were sent without an answer and are gone: settled by that, or by somebody else. */
export type GoneHow = 'settled' | 'notByUs' | 'unknown';

/** Keeps what is known of the letters of one batch, over several attempts. */
export class LettersLedger {
  #left: readonly string[];
  /** Of those that are left: a transaction with them was not answered. It may have run, or may yet run. */
  readonly #unanswered = new Map<string, LetterEntry>();
  readonly #counts = { changedCount: 0, skippedCount: 0, unknownCount: 0, foundDoneCount: 0 };

  constructor(ids: readonly string[]) {
    this.#left = ids;
  }

  /** Ids of which it is not known yet what became of them. */
  get left(): readonly string[] {
    return this.#left;
  }

  noteUnanswered(entries: readonly LetterEntry[]): void {
    for (const entry of entries) this.#unanswered.set(entry.id, entry);
  }

  /** Those that are left, were sent without an answer, and are not among these. */
  unansweredBut(there: readonly LetterEntry[]): readonly LetterEntry[] {
    const ids = new Set(there.map(({ id }) => id));
    return this.#left.flatMap((id) => this.#unanswered.get(id) ?? []).filter(({ id }) => !ids.has(id));
  }

  /** What is not among these is gone. `howOf` tells of a letter that was sent without an answer. */
  noteThere(there: readonly LetterEntry[], howOf: (entry: LetterEntry) => GoneHow): void {
    const ids = new Set(there.map(({ id }) => id));
    for (const id of this.#left) {
      if (ids.has(id)) continue;
      const sent = this.#unanswered.get(id);
      const how = sent === undefined ? 'notByUs' : howOf(sent);
      if (how === 'unknown') this.#counts.unknownCount += 1;
      else if (how === 'notByUs') this.#counts.skippedCount += 1;
      else {
        this.#counts.changedCount += 1;
        this.#counts.foundDoneCount += 1;
      }
    }
    this.#left = this.#left.filter((id) => ids.has(id));
  }

  noteTaken(entries: readonly LetterEntry[]): void {
    this.#counts.changedCount += entries.length;
    const ids = new Set(entries.map(({ id }) => id));
    this.#left = this.#left.filter((id) => !ids.has(id));
  }

  /** `isRefused`: Redis said that it does not do what is left; else it was not attempted, where nothing of it was sent. */
  result(stopText: string | null, { isRefused = false } = {}): BatchResult {
    const maybe = this.#left.filter((id) => this.#unanswered.has(id)).length;
    return {
      ...this.#counts,
      // What an earlier attempt may have done, or may yet do, a refusal now does not undo.
      unknownCount: this.#counts.unknownCount + maybe,
      failedCount: isRefused ? this.#left.length - maybe : 0,
      ...{ lateCount: 0, isIndexUnknown: false, stopText },
    };
  }
}
