import type { CacheCore } from '#cache/cacheCore.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';

/** The value that the cache holds under a key, old or not, without counting it as a look-up; undefined = none, or unknown. */
export async function peekStored(core: CacheCore, key: string): Promise<unknown> {
  const held = core.memory.readL1(key);
  if (held !== undefined) return held.value;
  const outcome = await core.reading.reads.read(key);
  const entry = outcome.isDone && outcome.reply !== null ? decodeEntry(outcome.reply) : null;
  if (entry === null || entry.header.isNegative) return undefined;
  try {
    return core.settings.serialiser.decode(entry.payload);
  } catch {
    return undefined;
  }
}
