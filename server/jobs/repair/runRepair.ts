import type { Clock } from '#server/clock/clock.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobContext, JobEnd } from '../door/heldPlan.ts';
import { PurgeTally } from '../purge/purgeTally.ts';
import { dropOrphans } from './dropOrphans.ts';
import type { HeldRepair } from './heldRepair.ts';
import { relistStored } from './relistStored.ts';

export interface RepairRun extends JobContext {
  readonly clock: Clock;
  readonly held: HeldRepair;
}

/** A service that lists an entry before it stores it does so within this time. Ours. */
const SECOND_LOOK_MS = 1_000;

/**
 * Raises the TTL of the index first, since that is what purges miss entries by; then takes out what no entry stands behind,
 * batch by batch. What was taken out is looked for once more a second later, also when the job was stopped. Never throws `RedisFault`.
 */
export async function runRepair(run: RepairRun): Promise<JobEnd> {
  const { held, stop, pace, clock } = run;
  const tally = new PurgeTally(held.plan.keyCount, 'repair');
  const dropped: Buffer[] = [];
  const endWith = async (state: 'completed' | 'cancelled' | 'failed', text: string): Promise<JobEnd> => {
    const late = await lookAgain(run, dropped);
    return tally.end(state, [text, late].filter((part) => part !== '').join(' '));
  };
  try {
    const raised = await raiseTtl(run);
    for (let at = 0; at < held.orphans.length; ) {
      const batch = held.orphans.slice(at, at + pace.batchSize());
      at += batch.length;
      if (!stop.aborted) await pace.wait(batch.length, stop);
      if (stop.aborted) return await endWith('cancelled', String(stop.reason));
      const startMs = clock.elapsedMs();
      const result = await dropOrphans(run, batch);
      pace.record(clock.elapsedMs() - startMs);
      dropped.push(...result.dropped);
      tally.add(result);
      run.onProgress(tally.progress());
      if (result.stopText !== null) return await endWith('failed', result.stopText);
    }
    return await endWith('completed', raised);
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return await endWith('failed', error.message);
  }
}

/** Never shortens: GT leaves a later expiry, and an index without one, as they are. */
async function raiseTtl({ held: { plan, index }, session }: RepairRun): Promise<string> {
  if (plan.ttlRaise === null) return '';
  const connection = await session.connection();
  const reply = await connection.send('PEXPIREAT', index.tagKey, Math.round(plan.ttlRaise.toMs), 'GT');
  return reply === 1 ? 'The TTL of the index was raised.' : 'The index already expired later than planned.';
}

/** Entries that were stored after they were taken out, by a service that had listed them before. */
async function lookAgain(run: RepairRun, dropped: readonly Buffer[]): Promise<string> {
  if (dropped.length === 0) return '';
  const { clock, held, session } = run;
  await clock.pause(SECOND_LOOK_MS);
  try {
    const connection = await session.connection();
    const count = await relistStored(connection, held.index, { keys: dropped, reverseTags: new Map() });
    if (count === 0) return '';
    return `${count === 1 ? '1 entry was' : `${count} entries were`} stored right after and ${count === 1 ? 'is' : 'are'} listed again.`;
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return `Whether an entry was stored right after, and is missing from the index, is not known: ${error.message}`;
  }
}
