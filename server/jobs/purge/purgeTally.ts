import type { JobProgress, JobState } from '#shared/acting/job.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { formatCount } from '../formatCount.ts';
import type { BatchResult } from './methods/batch.ts';

export interface PurgeEnd {
  readonly state: Extract<JobState, 'completed' | 'cancelled' | 'failed' | 'unknown'>;
  readonly progress: JobProgress;
  readonly outcome: string;
}

interface Words {
  /** After a count. */
  readonly done: string;
  readonly skipped: string;
  readonly unknown: string;
  readonly foundDone: string;
  /** What to do when not all was done: a sentence. */
  readonly next: string;
}

const removed: Words = {
  done: 'removed',
  skipped: 'were gone already',
  unknown: 'it is not known whether they were removed',
  foundDone: 'of the removed were found gone after Redis gave no answer',
  next: 'Make a new plan to see what is left.',
};

type Act = PurgeMethod['how'] | 'undo' | 'repair' | 'replay' | 'drop';

const wordsOf: Record<Act, Words> = {
  replay: {
    done: 'replayed',
    skipped: 'were gone already',
    unknown: 'it is not known whether they were replayed; none is lost',
    foundDone: 'of the replayed were found in the stream of events after Redis gave no answer',
    next: 'Make a new plan for those that are left.',
  },
  drop: {
    done: 'dropped',
    skipped: 'were gone already',
    unknown: 'it is not known whether they were dropped',
    foundDone: 'of the dropped were found gone after Redis gave no answer',
    next: 'Make a new plan for those that are left.',
  },
  repair: {
    done: 'taken out of the index',
    skipped: 'stay: an entry was stored meanwhile',
    unknown: 'it is not known whether they were taken out',
    foundDone: 'of them were found so after Redis gave no answer',
    next: 'Make a new plan to see what is left.',
  },
  now: removed,
  soft: {
    done: 'marked as stale',
    skipped: 'were gone, stored anew, or no entries of cachescope/cache',
    unknown: 'it is not known whether they were marked as stale',
    foundDone: 'of them were found so after Redis gave no answer',
    next: 'Make a new plan to mark the rest.',
  },
  staged: removed,
  spread: {
    done: 'set to expire',
    skipped: 'were gone or expire sooner anyway',
    unknown: 'it is not known whether they were set to expire',
    foundDone: 'of them were found so, or gone, after Redis gave no answer',
    next: 'Make a new plan to see what is left.',
  },
  undo: {
    done: 'brought back',
    skipped: 'were stored anew since, or would have expired by now',
    unknown: 'it is not known whether they are back',
    foundDone: 'of them were found there after Redis gave no answer',
    next: 'What was kept stays for its 15 minutes: bring back the rest by a new plan.',
  },
};

/** Of keys that are known to stay, which without the fence nobody would know. */
function lateText(count: number): string {
  return `Of those not attempted, ${formatCount(count)} were sent, but Redis had not begun when the time for it was over, and never will: they stay.`;
}

/** Counts what a purge or an undo did, batch by batch, and says it in a sentence at its end. */
export class PurgeTally {
  readonly #plannedCount: number;
  readonly #words: Words;
  #isIndexUnknown = false;
  #sum = {
    ...{ changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0 },
    ...{ foundDoneCount: 0, lateCount: 0 },
  };

  /** `isConditional`: a key that no longer meets the conditions of the plan is skipped as well. */
  constructor(plannedCount: number, act: Act, { isConditional = false } = {}) {
    this.#plannedCount = plannedCount;
    const words = wordsOf[act];
    const skipped = `${words.skipped}, or no longer met the conditions`;
    this.#words = isConditional ? { ...words, skipped } : words;
  }

  add(result: BatchResult): void {
    this.#isIndexUnknown ||= result.isIndexUnknown;
    this.#sum = {
      changedCount: this.#sum.changedCount + result.changedCount,
      skippedCount: this.#sum.skippedCount + result.skippedCount,
      failedCount: this.#sum.failedCount + result.failedCount,
      unknownCount: this.#sum.unknownCount + result.unknownCount,
      foundDoneCount: this.#sum.foundDoneCount + result.foundDoneCount,
      lateCount: this.#sum.lateCount + result.lateCount,
    };
  }

  progress(): JobProgress {
    const { foundDoneCount: _found, lateCount: _late, ...counts } = this.#sum;
    const scannedCount = counts.changedCount + counts.skippedCount + counts.failedCount + counts.unknownCount;
    return { plannedCount: this.#plannedCount, scannedCount, ...counts };
  }

  end(state: PurgeEnd['state'], text: string): PurgeEnd {
    const progress = this.progress();
    const isUnknown = progress.unknownCount > 0 || this.#isIndexUnknown;
    return { state: isUnknown ? 'unknown' : state, progress, outcome: this.#describe(state, text) };
  }

  #describe(state: PurgeEnd['state'], text: string): string {
    const { changedCount, skippedCount, failedCount, unknownCount, scannedCount } = this.progress();
    const keptCount = Math.max(0, this.#plannedCount - scannedCount);
    const counts = [
      `${formatCount(changedCount)} ${this.#words.done}`,
      skippedCount > 0 ? `${formatCount(skippedCount)} ${this.#words.skipped}` : '',
      failedCount > 0 ? `${formatCount(failedCount)} refused` : '',
      unknownCount > 0 ? `of ${formatCount(unknownCount)} ${this.#words.unknown}` : '',
      keptCount > 0 && state !== 'completed' ? `${formatCount(keptCount)} not attempted` : '',
    ].filter((part) => part !== '');
    const { foundDoneCount: foundCount, lateCount } = this.#sum;
    const sentences = [
      state === 'completed' ? '' : state === 'cancelled' ? text : `Stopped by itself. ${text}`,
      `${counts.join(', ')}.`,
      lateCount > 0 ? lateText(lateCount) : '',
      foundCount > 0 ? `${formatCount(foundCount)} ${this.#words.foundDone}.` : '',
      state === 'cancelled' && this.#isIndexUnknown
        ? "How far the tag's index was cleaned is not known."
        : '',
      state === 'failed' || unknownCount > 0 || this.#isIndexUnknown ? this.#words.next : '',
      state === 'completed' ? text : '',
    ];
    return sentences.filter((sentence) => sentence !== '').join(' ');
  }
}
