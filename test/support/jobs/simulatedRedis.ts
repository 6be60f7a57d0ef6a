import {
  type RedisArgument,
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';

/** A Redis in memory that knows the commands of the acting path. Names are latin1 text of bytes. */
export class SimulatedRedis {
  readonly values = new Set<string>();
  readonly sets = new Map<string, Set<string>>();
  /** Names that UNLINK was asked to remove. */
  readonly unlinked: string[] = [];
  /** Values that were there and are removed. */
  readonly removed = new Set<string>();
  runId = 'run-1';

  /** Stores an entry as the library does: value, tags and reverse index at once. */
  store(key: string, tags: readonly string[]): void {
    this.values.add(key);
    for (const tag of tags) {
      this.#setOf(`tag:${tag}`).add(key);
      this.#setOf(`key-tags:${key}`).add(tag);
    }
  }

  run([name, ...rest]: RedisCommand): RedisReply {
    const args = rest.map(textOf);
    const [first = '', ...others] = args;
    const set = this.sets.get(first);
    switch (name) {
      case 'INFO':
        return Buffer.from(`run_id:${this.runId}\r\n`);
      case 'TYPE':
        return Buffer.from(set !== undefined ? 'set' : this.values.has(first) ? 'string' : 'none');
      case 'SCARD':
        return set?.size ?? 0;
      case 'SSCAN':
        return this.#scan(set, args);
      case 'MEMORY':
        return this.values.has(args[1] ?? '') ? 100 : null;
      case 'PTTL':
        return this.values.has(first) ? -1 : -2;
      case 'SREM':
        return this.#removeMembers(first, others);
      case 'UNLINK':
        return args.filter((key) => this.#unlink(key)).length;
      default:
        return new RedisFault('unknownCommand', name, name);
    }
  }

  #setOf(name: string): Set<string> {
    const set = this.sets.get(name) ?? new Set();
    this.sets.set(name, set);
    return set;
  }

  /** Walks by a stable order of names, so that removals during the walk skip nothing, as Redis promises. */
  #scan(set: Set<string> | undefined, [, cursor = '0', , count = '10']: readonly string[]): RedisReply {
    const after =
      cursor === '0' ? '' : Buffer.from(BigInt(cursor).toString(16), 'hex').toString('latin1').slice(1);
    const names = [...(set ?? [])].filter((name) => name > after || cursor === '0').sort();
    const page = names.slice(0, Number(count));
    const last = page.at(-1) ?? '';
    const next =
      names.length > page.length
        ? BigInt(`0x10${Buffer.from(last, 'latin1').toString('hex')}`).toString()
        : '0';
    return [Buffer.from(next), page.map((name) => Buffer.from(name, 'latin1'))];
  }

  #removeMembers(name: string, members: readonly string[]): number {
    const set = this.sets.get(name);
    if (set === undefined) return 0;
    const count = members.filter((member) => set.delete(member)).length;
    if (set.size === 0) this.sets.delete(name);
    return count;
  }

  #unlink(name: string): boolean {
    this.unlinked.push(name);
    const isValue = this.values.delete(name);
    if (isValue) this.removed.add(name);
    return this.sets.delete(name) || isValue;
  }
}

function textOf(argument: RedisArgument): string {
  return Buffer.isBuffer(argument) ? argument.toString('latin1') : String(argument);
}

/** A connection to it, without faults. */
export function simulatedConnection(redis: SimulatedRedis): RedisConnection {
  return {
    role: 'operator',
    async pipeline(commands) {
      return commands.map((command) => redis.run(command));
    },
    async send(...command) {
      const reply = redis.run(command);
      if (reply instanceof RedisFault) throw reply;
      return reply;
    },
    close() {},
  };
}

/** Numbers 0-1 that one seed repeats (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
