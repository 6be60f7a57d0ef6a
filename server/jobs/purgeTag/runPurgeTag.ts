import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobProgress, JobState } from '#shared/acting/job.ts';
import { formatCount } from '../formatCount.ts';
import type { HeldPurge } from '../planStore.ts';
import { type MemberBatch, openMemberSource } from './memberSource.ts';
import { type BatchParts, type BatchResult, removeBatch } from './removeBatch.ts';

/** Times that one page of members is asked for on fresh connections. */
const MAX_READ_ATTEMPTS = 3;

export interface PurgeParts extends Omit<BatchParts, 'index' | 'runId'> {
  readonly held: HeldPurge;
  readonly patternOf: (keyText: string) => string;
  readonly onProgress: (progress: JobProgress) => void;
}

export interface PurgeEnd {
  readonly state: Extract<JobState, 'completed' | 'cancelled' | 'failed' | 'unknown'>;
  readonly progress: JobProgress;
  readonly outcome: string;
}

/**
 * Runs a started plan: batches of at most 100 keys at the pace, each removed wholly before the next is looked at, so
 * that a stop leaves whole entries only. Removes keys of the plan and nothing else. Never throws `RedisFault`.
 */
export async function runPurgeTag(parts: PurgeParts): Promise<PurgeEnd> {
  const { held, pace, stop } = parts;
  const batchParts: BatchParts = { ...parts, index: held.index, runId: held.runId };
  const readNext = pageReader(parts);
  const tally = new Tally(held.plan.memberCount);
  for (;;) {
    const batch = await readNext();
    if (batch.kind === 'ended') {
      const texts = [await cleanEnd(parts), await describeRest(parts)];
      return tally.end('completed', texts.filter((text) => text !== '').join(' '));
    }
    if (batch.kind === 'left') return tally.end('failed', batch.text);
    if (!stop.aborted) await pace.wait(batch.keys.length, stop);
    if (stop.aborted) return tally.end('cancelled', String(stop.reason));
    const result = await removeBatch(batchParts, batch.keys);
    tally.add(result);
    parts.onProgress(tally.progress());
    if (stop.aborted && result.stopText !== null) return tally.end('cancelled', String(stop.reason));
    if (result.stopText !== null) return tally.end('failed', result.stopText);
  }
}

/** Reads the next page of members; what was not sent changes nothing, so a lost connection is simply replaced. */
function pageReader(parts: PurgeParts): () => Promise<MemberBatch> {
  const { held, session, pace, stop } = parts;
  const source = openMemberSource(held, parts.patternOf);
  return async () => {
    let lastText = '';
    for (let attempt = 1; attempt <= MAX_READ_ATTEMPTS; attempt += 1) {
      try {
        const connection = attempt === 1 ? await session.connection() : await session.reopen(stop);
        if (connection === null) break;
        if (session.runId !== held.runId) {
          return { kind: 'left', text: 'Redis was restarted, or another one took over, since the plan.' };
        }
        return await source.next(connection, pace.batchSize());
      } catch (error) {
        if (!(error instanceof RedisFault)) throw error;
        lastText = error.message;
        if (!error.isOutcomeUnknown) break;
      }
    }
    // A stop is no failure: the loop ends as cancelled at an empty batch.
    return stop.aborted ? { kind: 'keys', keys: [] } : { kind: 'left', text: lastText };
  };
}

/** What the library itself would clean last. Empty when it is done; otherwise what is left, in a sentence. */
async function cleanEnd({ held, session }: PurgeParts): Promise<string> {
  try {
    const connection = await session.connection();
    const replies = await connection.pipeline(await held.index.prepareEnd(connection));
    const fault = replies.find((reply) => reply instanceof RedisFault);
    if (fault !== undefined) throw fault;
    return '';
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return `The list of all tags may still name this one: ${error.message}`;
  }
}

/** What the tag lists now: keys that were added since the plan are not its business, but the operator wants to know. */
async function describeRest({ held, session }: PurgeParts): Promise<string> {
  try {
    const count = await held.index.readMemberCount(await session.connection());
    if (count === null || count === 0) return '';
    const keys = count === 1 ? '1 key carries' : `${formatCount(count)} keys carry`;
    return `${keys} the tag now: added, or stored anew, since the plan; left alone.`;
  } catch (error) {
    if (error instanceof RedisFault) return '';
    throw error;
  }
}

class Tally {
  readonly #plannedCount: number;
  #isIndexUnknown = false;
  #sum = { changedCount: 0, skippedCount: 0, failedCount: 0, unknownCount: 0, foundGoneCount: 0 };

  constructor(plannedCount: number) {
    this.#plannedCount = plannedCount;
  }

  add(result: BatchResult): void {
    this.#isIndexUnknown ||= result.isIndexUnknown;
    this.#sum = {
      changedCount: this.#sum.changedCount + result.changedCount,
      skippedCount: this.#sum.skippedCount + result.skippedCount,
      failedCount: this.#sum.failedCount + result.failedCount,
      unknownCount: this.#sum.unknownCount + result.unknownCount,
      foundGoneCount: this.#sum.foundGoneCount + result.foundGoneCount,
    };
  }

  progress(): JobProgress {
    const { foundGoneCount: _, ...counts } = this.#sum;
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
      `${formatCount(changedCount)} removed`,
      skippedCount > 0 ? `${formatCount(skippedCount)} were gone already` : '',
      failedCount > 0 ? `${formatCount(failedCount)} refused` : '',
      unknownCount > 0 ? `of ${formatCount(unknownCount)} it is not known whether they were removed` : '',
      keptCount > 0 && state !== 'completed' ? `${formatCount(keptCount)} not attempted` : '',
    ].filter((part) => part !== '');
    const gone = this.#sum.foundGoneCount;
    const sentences = [
      state === 'completed' ? '' : state === 'cancelled' ? text : `Stopped by itself. ${text}`,
      `${counts.join(', ')}.`,
      gone > 0 ? `${formatCount(gone)} of the removed were found gone after Redis gave no answer.` : '',
      state === 'cancelled' && this.#isIndexUnknown
        ? "How far the tag's index was cleaned is not known."
        : '',
      unknownCount > 0 || this.#isIndexUnknown ? 'Make a new plan to see what is left.' : '',
      state === 'completed' ? text : '',
    ];
    return sentences.filter((sentence) => sentence !== '').join(' ');
  }
}
