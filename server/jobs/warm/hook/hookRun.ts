import { RedisFault } from '#server/redis/redisConnection.ts';
import type { WarmProgress } from '#shared/acting/job.ts';
import type { JobEnd } from '../../door/heldPlan.ts';
import { formatCount } from '../../formatCount.ts';
import { Setbacks } from '../setbacks.ts';
import { NOT_WARMED, type WarmRunParts } from '../warmWay.ts';
import { findMissing } from './findMissing.ts';
import { type KeyOutcome, type PostedKeys, postKeys, type WarmHook } from './postKeys.ts';

export interface HookRunParts extends WarmRunParts {
  readonly hook: WarmHook;
  /** Hottest first. */
  readonly keys: readonly Buffer[];
}

/** Most keys of one batch: a cancel or a pause is heard after it, and what a lost answer leaves unknown is bounded by it. */
const MAX_BATCH_KEYS = 50;
/** Batches a second, where the rate allows that many. */
const BATCHES_PER_SECOND = 2;

interface Queued {
  readonly key: Buffer;
  /** Times that it was given to the hook, and nobody knows what became of it. */
  readonly lostCount: number;
}

/**
 * Gives keys to a hook, hottest first, in batches at the rate of the plan. Before each batch it is looked which of them are there by
 * now, so that a job that follows another goes on where that ended. Never throws `RedisFault`.
 */
export function runHook(parts: HookRunParts): Promise<JobEnd> {
  return new HookRun(parts).toItsEnd();
}

class HookRun {
  readonly #parts: HookRunParts;
  readonly #queue: Queued[];
  readonly #setbacks: Setbacks;
  readonly #counts = { loaded: 0, present: 0, failed: 0, unknown: 0, unseen: 0 };
  #startCount = 0;
  #lastReason = '';

  constructor(parts: HookRunParts) {
    this.#parts = parts;
    this.#queue = parts.keys.map((key) => ({ key, lostCount: 0 }));
    this.#setbacks = new Setbacks(parts.clock);
  }

  async toItsEnd(): Promise<JobEnd> {
    const { hold, stop, judge, clock, plan } = this.#parts;
    const size = Math.min(MAX_BATCH_KEYS, Math.max(1, Math.round(plan.perSecond / BATCHES_PER_SECOND)));
    while (this.#queue.length > 0) {
      await hold.pass(stop, () => {
        const text = judge();
        return text === null ? this.#setbacks.wait() : { text, isPlanned: false };
      });
      if (stop.aborted) return this.#end('cancelled', String(stop.reason));
      const freeAtMs = clock.elapsedMs();
      const batch = this.#queue.splice(0, size);
      const { askedCount, setback, isFinal } = await this.#run(batch);
      this.#note();
      if (stop.aborted) return this.#end('cancelled', String(stop.reason));
      if (isFinal) return this.#end('failed', setback);
      if (setback !== '' && !this.#setbacks.take(setback, this.#doneCount()))
        return this.#end('failed', setback);
      const dueAtMs = freeAtMs + (askedCount / plan.perSecond) * 1_000;
      while (clock.elapsedMs() < dueAtMs && !stop.aborted)
        await clock.pause(dueAtMs - clock.elapsedMs(), stop);
    }
    const { loaded, present, failed, unknown } = this.#counts;
    if (unknown > 0) return this.#end('unknown', '');
    return this.#end(failed > 0 && loaded + present === 0 ? 'failed' : 'completed', '');
  }

  /** One batch; what could not be given comes back to the queue. */
  async #run(batch: readonly Queued[]): Promise<{ askedCount: number; setback: string; isFinal: boolean }> {
    const { hook, jobId, stop } = this.#parts;
    const wanted = await this.#missing(batch);
    if (wanted instanceof RedisFault) {
      this.#queue.unshift(...batch);
      return { askedCount: 0, setback: wanted.message, isFinal: false };
    }
    this.#counts.present += batch.length - wanted.length;
    if (wanted.length === 0) return { askedCount: 0, setback: '', isFinal: false };
    this.#startCount += 1;
    const posted = await postKeys(hook, { jobId, keys: wanted.map(({ key }) => key) }, stop);
    const setback = posted.state === 'answered' ? await this.#take(wanted, posted.outcomes) : posted.why;
    if (posted.state === 'answered') this.#lastReason = posted.reason || this.#lastReason;
    else this.#putBack(wanted, posted);
    const isFinal = posted.state === 'refused' && posted.isFinal;
    return { askedCount: wanted.length, setback, isFinal };
  }

  async #missing(batch: readonly Queued[]): Promise<readonly Queued[] | RedisFault> {
    const { session } = this.#parts;
    try {
      const missing = await findMissing(
        await session.connection(),
        batch.map(({ key }) => key),
      );
      return batch.filter(({ key }) => missing.has(key));
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      session.close();
      return error;
    }
  }

  /** Counts what the hook said, and whether what it says it loaded is there; why to rest, empty = no reason. */
  async #take(wanted: readonly Queued[], outcomes: readonly KeyOutcome[]): Promise<string> {
    for (const outcome of outcomes) this.#counts[outcome] += 1;
    const said = wanted.filter((_, at) => outcomes[at] !== 'failed');
    const missing = await this.#missing(said);
    if (!(missing instanceof RedisFault)) this.#counts.unseen += missing.length;
    const failedCount = outcomes.filter((outcome) => outcome === 'failed').length;
    return failedCount * 2 > outcomes.length
      ? `The hook failed to load ${failedCount} of ${outcomes.length} keys.`
      : '';
  }

  #putBack(wanted: readonly Queued[], { state }: PostedKeys): void {
    if (state !== 'unknown') return void this.#queue.unshift(...wanted);
    // Once more at the end, when it will show which of them are there; then nobody knows.
    for (const { key, lostCount } of wanted) {
      if (lostCount === 0 && !this.#parts.stop.aborted) this.#queue.push({ key, lostCount: 1 });
      else this.#counts.unknown += 1;
    }
  }

  #doneCount(): number {
    const { loaded, present, failed, unknown } = this.#counts;
    return loaded + present + failed + unknown;
  }

  #progress(): WarmProgress {
    return {
      ...NOT_WARMED,
      entryCount: this.#parts.keys.length,
      doneCount: this.#doneCount(),
      instance: new URL(this.#parts.hook.url).host,
      stage: this.#countsText(),
      startCount: this.#startCount,
    };
  }

  #note(): void {
    this.#parts.onProgress(this.#progress());
  }

  #countsText(): string {
    const { loaded, present, failed, unknown } = this.#counts;
    const parts = [
      `${formatCount(loaded)} loaded`,
      ...(present > 0 ? [`${formatCount(present)} there already`] : []),
      ...(failed > 0 ? [`${formatCount(failed)} failed`] : []),
      ...(unknown > 0 ? [`${formatCount(unknown)} unknown`] : []),
    ];
    return parts.join(', ');
  }

  #end(state: JobEnd['state'], text: string): JobEnd {
    const { unseen, failed, unknown } = this.#counts;
    const { keys } = this.#parts;
    const parts = [
      `${formatCount(this.#doneCount())} of ${formatCount(keys.length)} keys were given to the hook: ${this.#countsText()}.`,
      unseen > 0 ? `${formatCount(unseen)} that it said it loaded were not in Redis afterwards.` : '',
      failed > 0 && this.#lastReason !== '' ? `It says of a failed one: ${this.#lastReason}` : '',
      unknown > 0 ? 'It may have loaded those of which no answer came.' : '',
      text,
    ];
    return { state, progress: this.#progress(), outcome: parts.filter((part) => part !== '').join(' ') };
  }
}
