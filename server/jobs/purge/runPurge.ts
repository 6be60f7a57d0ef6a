import { RedisFault } from '#server/redis/redisConnection.ts';
import type { JobProgress } from '#shared/acting/job.ts';
import { isRemoval, isTold } from '#shared/acting/purgeStages.ts';
import type { JobHold } from '../door/jobHold.ts';
import type { RandomBytes } from '../drawRandom.ts';
import { Fence } from '../fence/fence.ts';
import { formatCount } from '../formatCount.ts';
import type { UndoRecord } from '../undo/undoVault.ts';
import { type BatchSchedule, openSchedule } from './batchSchedule.ts';
import type { HealthGate } from './health/healthGate.ts';
import type { HeldPurge } from './heldPurge.ts';
import { type KeyBatch, openKeySource } from './keySource.ts';
import type { BatchParts, RunBatch } from './methods/batch.ts';
import { recheckedBatch } from './methods/recheckedBatch.ts';
import { removeBatch } from './methods/removeBatch.ts';
import { softBatch } from './methods/softBatch.ts';
import { spreadBatch } from './methods/spreadBatch.ts';
import { type NewsParts, ServiceNews } from './news/serviceNews.ts';
import { type PurgeEnd, PurgeTally } from './purgeTally.ts';

/** Times that one page of keys is asked for on fresh connections. */
const MAX_READ_ATTEMPTS = 3;

export interface PurgeRun extends Omit<BatchParts, 'selection' | 'runId' | 'fence'>, NewsParts {
  readonly held: HeldPurge;
  readonly patternOf: (keyText: string) => string;
  readonly random: RandomBytes;
  /** What takes in what is about to be removed; null = nothing is kept. */
  readonly record: UndoRecord | null;
  readonly hold: JobHold;
  readonly gate: HealthGate;
  readonly onProgress: (progress: JobProgress) => void;
}

/**
 * Runs a started plan: batches of at most 100 keys at the pace, each done wholly before the next is looked at, so
 * that a stop leaves whole entries only. Touches keys of the plan and nothing else. Never throws `RedisFault`.
 */
export async function runPurge(parts: PurgeRun): Promise<PurgeEnd> {
  const news = new ServiceNews(parts);
  const end = await runBatches(parts, news);
  const { selection, plan } = parts.held;
  const areTagsGone = end.state === 'completed' && isRemoval(plan.method);
  const told = await news.end(areTagsGone ? (selection.serviceTags ?? []) : []);
  return { ...end, outcome: told === '' ? end.outcome : `${end.outcome} ${told}` };
}

async function runBatches(parts: PurgeRun, news: ServiceNews): Promise<PurgeEnd> {
  const { held, stop } = parts;
  const runBatch = batchRunner(parts);
  const schedule = openSchedule(parts, held.plan.method, held.plan.keyCount);
  const readNext = pageReader(parts, schedule);
  const tally = new PurgeTally(held.plan.keyCount, held.plan.method.how, {
    isConditional: held.selection.readStillMeant !== null,
  });
  for (;;) {
    const batch = await readNext();
    if (batch.kind === 'ended') {
      const texts = isRemoval(held.plan.method) ? [await cleanEnd(parts), await describeRest(parts)] : [];
      return tally.end('completed', texts.filter((text) => text !== '').join(' '));
    }
    if (batch.kind === 'left') return tally.end('failed', batch.text);
    if (!stop.aborted) await schedule.wait(batch.keys.length);
    if (stop.aborted) return tally.end('cancelled', String(stop.reason));
    const result = await runBatch(batch.keys);
    tally.add(result);
    const isRefused = result.failedCount === batch.keys.length;
    if (isTold(held.plan.method) && !isRefused) await news.tellKeys(batch.keys);
    parts.onProgress(tally.progress());
    if (stop.aborted && result.stopText !== null) return tally.end('cancelled', String(stop.reason));
    if (result.stopText !== null) return tally.end('failed', result.stopText);
  }
}

function batchRunner(parts: PurgeRun): RunBatch {
  const { selection, runId, plan } = parts.held;
  const fence = plan.fence.state === 'fenced' ? new Fence(parts.clock) : null;
  const batchParts: BatchParts = { ...parts, selection, runId, fence };
  return recheckedBatch(batchParts, methodRunner(parts, batchParts));
}

function methodRunner({ held, record, random }: PurgeRun, parts: BatchParts): RunBatch {
  const { method } = held.plan;
  switch (method.how) {
    case 'now':
    case 'staged':
      return (keys) => removeBatch({ ...parts, record }, keys);
    case 'soft':
      return (keys) => softBatch(parts, keys);
    case 'spread':
      return (keys) => spreadBatch({ ...parts, overMs: method.overMs, random }, keys);
  }
}

/** Reads the next page of keys; what was not sent changes nothing, so a lost connection is simply replaced. */
function pageReader(parts: PurgeRun, schedule: BatchSchedule): () => Promise<KeyBatch> {
  const { held, session, stop } = parts;
  const source = openKeySource(held, parts.patternOf);
  return async () => {
    let lastText = '';
    for (let attempt = 1; attempt <= MAX_READ_ATTEMPTS; attempt += 1) {
      try {
        const connection = attempt === 1 ? await session.connection() : await session.reopen(stop);
        if (connection === null) break;
        if (session.runId !== held.runId) {
          return { kind: 'left', text: 'Redis was restarted, or another one took over, since the plan.' };
        }
        return await source.next(connection, schedule.size());
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
async function cleanEnd({ held, session }: PurgeRun): Promise<string> {
  try {
    const connection = await session.connection();
    const replies = await connection.pipeline(await held.selection.prepareEnd(connection));
    const fault = replies.find((reply) => reply instanceof RedisFault);
    if (fault !== undefined) throw fault;
    return '';
  } catch (error) {
    if (!(error instanceof RedisFault)) throw error;
    return `What the library cleans of the tag itself is not done: ${error.message}`;
  }
}

/** Keys that were added since the plan are not its business, but the operator wants to know. */
async function describeRest({ held, session }: PurgeRun): Promise<string> {
  try {
    const { readCount, words } = held.selection;
    const count = await readCount(await session.connection());
    if (count === null || count === 0) return '';
    const keys = count === 1 ? '1 key is' : `${formatCount(count)} keys are`;
    return `${keys} ${words} now: added, or stored anew, since the plan; left alone.`;
  } catch (error) {
    if (error instanceof RedisFault) return '';
    throw error;
  }
}
