import type { Clock } from '#server/clock/clock.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobContext, JobEnd } from '../door/heldPlan.ts';
import { PurgeTally } from '../purge/purgeTally.ts';
import { restoreBatch } from './restoreBatch.ts';
import { UndoFault, type UndoRecord } from './undoVault.ts';

export interface UndoRun extends JobContext {
  readonly clock: Clock;
  readonly record: UndoRecord;
}

/** Brings back batch by batch, at the pace of all jobs. What is kept stays until its time ends, so that a stopped undo can be planned again. */
export async function runUndo(run: UndoRun): Promise<JobEnd> {
  const { record, session, stop, pace } = run;
  const tally = new PurgeTally(record.keyCount, 'undo');
  try {
    await session.connection();
    const parts = { ...run, runId: session.runId };
    for await (const batch of record.batches()) {
      if (!stop.aborted) await pace.wait(batch.values.length, stop);
      if (stop.aborted) return tally.end('cancelled', String(stop.reason));
      const result = await restoreBatch(parts, batch);
      tally.add(result);
      run.onProgress(tally.progress());
      if (result.stopText !== null) {
        return stop.aborted
          ? tally.end('cancelled', String(stop.reason))
          : tally.end('failed', result.stopText);
      }
    }
    return tally.end('completed', '');
  } catch (error) {
    if (error instanceof UndoFault || error instanceof RedisFault) return tally.end('failed', error.message);
    throw error;
  }
}
