import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import type { Mark } from './entryStore.ts';
import { FENCES } from './lua.ts';

/**
 * Returns the highest mark so far.
 *
 * KEYS  fences
 */
const markScript = new LuaScript(`${FENCES}
return redis.call('ZADD', KEYS[1], 'XX', 'INCR', 0, '') or raise_fence(KEYS[1], {})
`);

/**
 * Returns the mark.
 *
 * KEYS  fences
 * ARGV  subjects
 */
const raiseScript = new LuaScript(`${FENCES}
return raise_fence(KEYS[1], ARGV)
`);

/**
 * Returns 1 when one of the subjects was invalidated after the mark.
 *
 * KEYS  fences
 * ARGV  mark, subjects
 */
const isFencedScript = new LuaScript(`${FENCES}
local mark = tonumber(table.remove(ARGV, 1))
return is_fenced(KEYS[1], mark, ARGV) and 1 or 0
`);

/**
 * Raises the fence of a key unless one of the subjects was invalidated after the mark. Returns its mark, or 'outdated'.
 *
 * KEYS  fences
 * ARGV  mark ('' = any), the key's subject, other subjects
 */
const claimScript = new LuaScript(`${FENCES}
local mark = table.remove(ARGV, 1)
if mark ~= '' and is_fenced(KEYS[1], tonumber(mark), ARGV) then return 'outdated' end
return raise_fence(KEYS[1], {ARGV[1]})
`);

/** The fences of one service: its invalidations, in their order, as loads are held against them (lua.ts). */
export class Fences {
  protected readonly transport: RedisTransport;
  protected readonly prefix: string;
  /** Where they are in Redis. */
  protected readonly fencesKey: string;

  constructor(transport: RedisTransport, prefix: string) {
    this.transport = transport;
    this.prefix = prefix;
    this.fencesKey = ownKeyName(prefix, 'fences');
  }

  async readMark(): Promise<Outcome<Mark>> {
    return markOf(await markScript.run(this.transport, { keys: [this.fencesKey], args: [] }));
  }

  fenceKey(key: string): Promise<Outcome<Mark>> {
    return this.#raise([`k:${key}`]);
  }

  fence(tags: readonly string[] | null): Promise<Outcome<Mark>> {
    return this.#raise(tags === null ? ['*'] : tags.map((tag) => `t:${tag}`));
  }

  /** The mark of a write that begins to be stored; what other stores hold of the key is older from then on. */
  async claimKey(
    mark: Mark | null,
    key: string,
    tags: readonly string[],
  ): Promise<Outcome<Mark | 'outdated'>> {
    const args = [mark ?? '', `k:${key}`, '*', ...tags.map((tag) => `t:${tag}`)];
    const claimed = markOf(await claimScript.run(this.transport, { keys: [this.fencesKey], args }));
    // A full Redis keeps no fences, which refuses all that is under way.
    return claimed.isDone && claimed.reply === '' ? { isDone: true, reply: 'outdated' } : claimed;
  }

  async isFenced(mark: Mark, key: string, tags: readonly string[]): Promise<Outcome<boolean>> {
    const args = [mark, '*', `k:${key}`, ...tags.map((tag) => `t:${tag}`)];
    const outcome = await isFencedScript.run(this.transport, { keys: [this.fencesKey], args });
    return outcome.isDone ? { isDone: true, reply: outcome.reply === 1 } : outcome;
  }

  async #raise(subjects: readonly string[]): Promise<Outcome<Mark>> {
    return markOf(await raiseScript.run(this.transport, { keys: [this.fencesKey], args: subjects }));
  }
}

function markOf(outcome: Outcome<unknown>): Outcome<Mark> {
  return outcome.isDone ? { isDone: true, reply: String(outcome.reply) } : outcome;
}
