import type { Clock } from '#server/clock/clock.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobContext, JobEnd } from '../door/heldPlan.ts';
import { PurgeTally } from '../purge/purgeTally.ts';
import type { HeldLetters } from './heldLetters.ts';
import { settleLetters } from './settleLetters.ts';

export interface LettersRun extends Pick<JobContext, 'session' | 'stop' | 'pace' | 'onProgress'> {
  readonly clock: Clock;
  readonly held: HeldLetters;
}

/** Letters of one transaction: it is one act of Redis, which nothing else runs beside. */
const MOST_AT_ONCE = 20;

/** Replays or drops the planned letters, batch by batch; those that are gone meanwhile are skipped. Never throws `RedisFault`. */
export async function runLetters(run: LettersRun): Promise<JobEnd> {
  const { held, stop, pace, clock, onProgress } = run;
  const tally = new PurgeTally(held.plan.keyCount, held.plan.act);
  try {
    for (let at = 0; at < held.ids.length; ) {
      const ids = held.ids.slice(at, at + Math.min(MOST_AT_ONCE, pace.batchSize()));
      at += ids.length;
      if (!stop.aborted) await pace.wait(ids.length, stop);
      if (stop.aborted) return tally.end('cancelled', String(stop.reason));
      const startMs = clock.elapsedMs();
      const result = await settleLetters(run, ids);
      pace.record(clock.elapsedMs() - startMs);
      tally.add(result);
      onProgress(tally.progress());
      if (result.stopText === null) continue;
      return stop.aborted
        ? tally.end('cancelled', String(stop.reason))
        : tally.end('failed', result.stopText);
    }
    return tally.end('completed', '');
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return tally.end('failed', error.message);
  }
}
