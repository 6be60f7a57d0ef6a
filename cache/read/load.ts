import { CacheError } from '#cache/cacheError.ts';
import type { Mark } from '#cache/entries/entryStore.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CoherenceSession } from '#cache/memory/coherence.ts';
import { checkValue } from './checkValue.ts';
import { keepLoaded } from './keepLoaded.ts';
import {
  DROPPED,
  type KeepOutcome,
  type KeptValue,
  type LoadAnswer,
  type StaleReason,
} from './loadAnswer.ts';
import type { Fence } from './loadsUnderWay.ts';
import type { Reach } from './many/reach.ts';
import type { ReadSurroundings } from './readSurroundings.ts';
import { takeLease } from './refresh/lease.ts';
import type { GuardedLoad, Loaded } from './sourceGuard.ts';

export interface LoadContext<Value> {
  readonly fence: Fence;
  readonly session: CoherenceSession | null;
  /** Null = there is nothing to fall back on. */
  readonly stale: KeptValue<Value> | null;
  /** Redis did not answer just now. */
  readonly isAway: boolean;
  readonly reach: Reach<Value>;
}

export interface LoadResult<Value> {
  readonly answer: LoadAnswer<Value>;
  /** Settles when what was loaded has been kept. Never rejects. */
  readonly storing: Promise<KeepOutcome>;
}

/** Asks the source, or falls back on an old value. Rejects when there is none. */
export async function load<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  context: LoadContext<Value>,
): Promise<LoadResult<Value>> {
  const { reach, isAway, stale, fence } = context;
  if (stale !== null && around.failures.has(request.key) && !isOutdated(request, stale, fence)) {
    return { answer: { isStale: true, stale, reason: 'loadFailed' }, storing: Promise.resolve(DROPPED) };
  }
  const isLeased = request.policy.isLeased && reach.takesLeases && !isAway;
  const lease = isLeased ? await takeLease(around, request, stale) : null;
  if (lease?.found !== undefined) return { answer: lease.found, storing: Promise.resolve(DROPPED) };
  const mark = isAway ? null : await reach.readMark();
  const loading = reach.load(request);
  const storing = loading
    .then((loaded) => keepLoaded(around, request, { ...loaded, ...context, mark }))
    .catch(() => DROPPED)
    .finally(() => lease?.release());
  return { answer: await answerInTime(around, request, { loading, ...context }), storing };
}

/** What comes first: the loaded value, its failure, or the end of the patience with an old value at hand. */
async function answerInTime<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  {
    loading,
    stale,
    fence,
  }: Pick<LoadContext<Value>, 'stale' | 'fence'> & { readonly loading: Promise<Loaded<Value>> },
): Promise<LoadAnswer<Value>> {
  if (stale === null) return { isStale: false, value: (await loading).value };
  try {
    const { serveStaleAfterMs: patienceMs } = request.policy;
    const loaded = await (patienceMs === null
      ? loading
      : Promise.race([loading, late(around, request.key, patienceMs)]));
    return { isStale: false, value: loaded.value };
  } catch (error) {
    // Invalidated since it was read: better none than this one.
    if (isOutdated(request, stale, fence)) throw error;
    const reason = reasonOf(error);
    if (reason === 'loadFailed') around.failures.note(request.key);
    return { isStale: true, stale, reason };
  }
}

function isOutdated<Value>(request: Request<Value>, stale: KeptValue<Value>, fence: Fence): boolean {
  try {
    return fence.isOutdated(stale.isNegative ? null : request.tagsOf(stale.value));
  } catch {
    return true;
  }
}

async function late(around: ReadSurroundings, key: string, afterMs: number): Promise<never> {
  await around.pause(afterMs);
  throw new CacheError('loadTimeout', `The load took longer than serveStaleAfterMs (${afterMs} ms).`, {
    key,
  });
}

/** The load of a request with its check, for the guard. */
export function guarded<Value>(request: Request<Value>): GuardedLoad<Value> {
  const { key, policy } = request;
  return {
    key,
    pattern: policy.pattern,
    timeoutMs: policy.loadTimeoutMs,
    load: async (signal, doubt) => checkLoaded(request, await request.load(signal, doubt)),
  };
}

/** The value as its schema gives it back. Throws `invalidValue`. "Not found" has no shape to check. */
export async function checkLoaded<Value>(request: Request<Value>, value: Value): Promise<Value> {
  const isNegative = value === undefined && request.policy.negativeTtlMs !== null;
  return isNegative ? value : checkValue(request, value);
}

/** Null when Redis does not say: then what is loaded is not stored there. */
export async function readMark(around: ReadSurroundings): Promise<Mark | null> {
  const outcome = await around.entries.readMark();
  if (outcome.isDone) return outcome.reply;
  around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
  return null;
}

function reasonOf(error: unknown): StaleReason {
  if (!(error instanceof CacheError)) return 'loadFailed';
  if (error.code === 'overloaded') return 'shed';
  return error.code === 'loadTimeout' ? 'loadTimeout' : 'loadFailed';
}
