import { CacheError } from '#cache/cacheError.ts';
import type { Mark } from '#cache/entries/entryStore.ts';
import { FENCE_WINDOW_MS } from '#cache/entries/lua.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CoherenceSession } from '#cache/memory/coherence.ts';
import { encodeEntry } from '#cache/store/entryFormat.ts';
import { holdEntry, livesOf, type PreparedEntry, prepareEntry } from '#cache/write/prepareEntry.ts';
import { DROPPED, type KeepOutcome } from './loadAnswer.ts';
import { Fence } from './loadsUnderWay.ts';
import type { ReadSurroundings } from './readSurroundings.ts';
import type { Loaded } from './sourceGuard.ts';

/** A value that was loaded, and what is needed to keep it or to see that it must not be kept. */
export interface LoadedValue<Value> extends Loaded<Value> {
  readonly fence: Fence;
  /** Null = Redis could not be asked before the load, so nothing may be stored there. */
  readonly mark: Mark | null;
  readonly session: CoherenceSession | null;
}

/**
 * Stores what was loaded in Redis and in memory, and in Redis what goes with it, unless it is outdated or has no form. Never
 * rejects.
 */
export async function keepLoaded<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  loaded: LoadedValue<Value>,
): Promise<KeepOutcome> {
  const mark = loaded.isSure ? loaded.mark : null;
  const keeping = keepAlone(around, request, { ...loaded, mark });
  if (request.keepBeside === undefined || mark === null) return keeping;
  try {
    await request.keepBeside(loaded.value, (other, value) =>
      // Its key was not known when the load began, so that invalidations heard since then were not noted for it: no L1.
      keepAlone(around, other, {
        ...loaded,
        value,
        fence: new Fence(other.key, other.owner),
        session: null,
      }),
    );
  } catch (error) {
    around.events.emit('fallback', { operation: 'set', code: 'wentWrong', error });
  }
  return keeping;
}

async function keepAlone<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  loaded: LoadedValue<Value>,
): Promise<KeepOutcome> {
  const entry = prepare(around, request, loaded);
  if (entry === null) return DROPPED;
  const { key, policy } = request;
  const { fence, mark, session } = loaded;
  const isOutdated = (): boolean => fence.isOutdated(entry.tags);
  if (isOutdated() || loaded.loadMs > FENCE_WINDOW_MS) {
    around.events.emit('outdated', { pattern: policy.pattern });
    return { state: 'outdated' };
  }
  const { payload, tags, header } = entry;
  const kept = { state: 'kept', payload: header.isNegative ? null : payload } as const;
  if (mark === null) {
    keepUnstored(around, request, { entry, session: loaded.isSure ? session : null });
    return { ...kept, isStored: false };
  }
  const { freshMs, ttlMs } = livesOf(entry, policy.staleMs);
  const outcome = await around.entries.store({
    key,
    bytes: encodeEntry(header, payload),
    ttlMs,
    tags,
    mark,
    isWrite: false,
    version: header.version,
    isOutdated,
  });
  if (!outcome.isDone) {
    around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
    if (isOutdated()) return { state: 'outdated' };
    keepUnstored(around, request, { entry, session });
    return { ...kept, isStored: false };
  }
  around.memory.dropFallback(key);
  if (outcome.reply === 'outdated') {
    around.events.emit('outdated', { pattern: policy.pattern });
    return { state: 'outdated' };
  }
  around.events.emit('stored', { pattern: policy.pattern, ttlSeconds: freshMs / 1_000, tags: tags ?? [] });
  if (!isOutdated()) keepInL1(around, request, { session, entry });
  return { ...kept, isStored: true };
}

/**
 * Keeps in memory what Redis did not take. What Redis refuses while it answers also goes into L1, under the rules of L1: the
 * fallback is not read then, and each look-up would go to the source.
 */
function keepUnstored<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { session, entry }: { readonly session: CoherenceSession | null; readonly entry: PreparedEntry },
): void {
  around.memory.keepInFallback(request.key, holdEntry(around.serialiser, request, entry));
  if (around.refusedWrites.reason !== null) keepInL1(around, request, { session, entry });
}

/** Puts an entry into L1 as it stands in Redis. */
export function keepInL1<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { session, entry }: { readonly session: CoherenceSession | null; readonly entry: PreparedEntry },
): void {
  if (session === null || !request.policy.isInL1) return;
  around.memory.keepInL1(session, request.key, holdEntry(around.serialiser, request, entry));
}

/** Null when the value is handed on and not kept: it has no form, or its rules failed. Each is counted. */
function prepare<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  loaded: LoadedValue<Value>,
): PreparedEntry | null {
  try {
    return prepareEntry(around, request, loaded);
  } catch (error) {
    around.events.emit('fallback', { operation: 'set', code: codeOf(error), error });
    return null;
  }
}

function codeOf(error: unknown): 'tooManyTags' | 'unserialisable' | 'tagsFailed' {
  if (!(error instanceof CacheError)) return 'tagsFailed';
  return error.code === 'tooManyTags' || error.code === 'unserialisable' ? error.code : 'tagsFailed';
}
