import { CacheError, type CacheErrorCode } from '#cache/cacheError.ts';
import type { Mark } from '#cache/entries/entryStore.ts';
import type { Request } from '#cache/keys/policy.ts';
import { checkLoaded } from '#cache/read/load.ts';
import type { Loaded } from '#cache/read/sourceGuard.ts';
import { invalidationOf, storeWritten, type WriteSurroundings } from './storeWritten.ts';

/**
 * What became of the cache after the source took a value. `stored`: reads get it from the cache. `invalidated`: the entry is gone,
 * and the next read asks the source; so when two wrote at one time, or the value cannot be kept. `queued`: Redis did not
 * confirm, and is asked again until it does; this instance serves nothing old meanwhile, others may until then or until
 * expiry. `failed`: likewise, and nobody will ask again, since the cache is closed.
 */
export type PutState =
  | { readonly state: 'stored' | 'invalidated' }
  | { readonly state: 'queued' | 'failed'; readonly code: CacheErrorCode };

/** `value` = what the source has now. */
export type PutResult<Value> = PutState & { readonly value: Value };

/** What goes with an entry under other keys. */
export interface WrittenBeside<Value> {
  /** Looks at what is to be replaced, before the source changes. */
  readBefore(): Promise<void>;
  /** Puts the new in the place of the old. */
  write(value: Value): Promise<void>;
  /** Of a value that may have become the new: nothing kept denies it. */
  forget(value: Value): Promise<void>;
}

export interface SourceChange<Value> {
  /** Changes the source, or asks it; gives what it has then. */
  run(): Promise<Loaded<Value>>;
  /** What the source may have although it rejects; null = it is only asked. */
  readonly attempted: { readonly value: Value } | null;
  /** Null = nothing goes with the entry. */
  readonly beside: WrittenBeside<Value> | null;
}

/**
 * The source first, then the cache, without a moment in which an older value could be stored for good: loads under way are
 * outdated before the source is asked, and the value is stored only if nobody else has written or invalidated the key since. If
 * so, who came first in the source is unknown, and no entry is better than an old one. Rejects with what the source rejects
 * with. A source that was only asked leaves the cache as it was then; one that was to change may have done so all the same, such
 * as when only its answer was late, and the entry is invalidated.
 */
export async function writeThrough<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  change: SourceChange<Value>,
): Promise<PutResult<Value>> {
  const { beside } = change;
  const [mark] = await Promise.all([raiseFence(around, request.key), beside?.readBefore()]);
  const loaded = await runOrInvalidate(around, request, change);
  const { value, isSure } = loaded;
  const storing = storeOrInvalidate(around, request, { ...loaded, mark: isSure ? mark : null });
  const [state] = await Promise.all([storing, beside?.write(value)]);
  return { ...state, value };
}

async function runOrInvalidate<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  { run, beside, attempted }: SourceChange<Value>,
): Promise<Loaded<Value>> {
  try {
    return await run();
  } catch (error) {
    if (attempted !== null) {
      const removing = around.invalidator.invalidate(invalidationOf(request.key));
      await Promise.all([removing, beside?.forget(attempted.value)]);
    }
    throw error;
  }
}

/** Null when Redis does not say, or is too full to hold a fence. */
async function raiseFence(around: WriteSurroundings, key: string): Promise<Mark | null> {
  const outcome = await around.entries.fenceKey(key);
  if (outcome.isDone) return outcome.reply === '' ? null : outcome.reply;
  around.events.emit('fallback', { operation: 'set', code: outcome.code, error: outcome.error });
  return null;
}

async function storeOrInvalidate<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  { mark, ...loaded }: Loaded<Value> & { readonly mark: Mark | null },
): Promise<PutState> {
  if (mark !== null && (await isStored(around, request, { ...loaded, mark }))) return { state: 'stored' };
  const result = await around.invalidator.invalidate(invalidationOf(request.key));
  return result.state === 'done' ? { state: 'invalidated' } : { state: result.state, code: result.code };
}

/** Never rejects: the source has the value, whatever its rules or its schema say of it here. */
async function isStored<Value>(
  around: WriteSurroundings,
  request: Request<Value>,
  written: Loaded<Value> & { readonly mark: Mark },
): Promise<boolean> {
  try {
    const value = await checkLoaded(request, written.value);
    const { state } = await storeWritten(around, request, { ...written, value });
    return state === 'stored';
  } catch (error) {
    const code = error instanceof CacheError ? error.code : 'tagsFailed';
    around.events.emit('fallback', { operation: 'set', code, error });
    return false;
  }
}
