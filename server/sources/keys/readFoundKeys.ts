import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import type { WhyUnknown } from '#shared/keys/foundKeys.ts';

/** What a found key is. Null = not permitted or not known here. */
export interface ReadKey {
  readonly key: Buffer;
  readonly type: string | null;
  /** `leftMs` null = no expiry. */
  readonly ttl: { readonly leftMs: number | null } | null;
  readonly bytes: number | null;
}

export interface ReadKeys {
  readonly keys: readonly ReadKey[];
  readonly goneCount: number;
  readonly deniedCount: number;
  readonly whyUnknown: WhyUnknown;
}

/** 300 commands, some 1.6 ms of the server in one write. */
const KEYS_PER_WRITE = 100;
/** Measured: TYPE and PTTL 5-6 us each, MEMORY USAGE about as much. */
export const READ_COST_MS = 0.016;

const questions = {
  ttl: (key: Buffer): RedisCommand => ['PTTL', key],
  type: (key: Buffer): RedisCommand => ['TYPE', key],
  bytes: (key: Buffer): RedisCommand => ['MEMORY', 'USAGE', key],
};
type Fact = keyof typeof questions;
const facts: readonly Fact[] = ['ttl', 'type', 'bytes'];

/**
 * TTL, type and bytes of keys that SCAN named. SCAN names every key, whatever its user may read: names that no question may
 * be asked of are counted and dropped. Cost: PTTL, TYPE and MEMORY USAGE a key, of which the first two count as look-ups. A command that is
 * not permitted is asked once. Rejects with `RedisFault` when the connection fails, or none of the three is permitted.
 */
export async function readFoundKeys(
  connection: RedisConnection,
  names: readonly Buffer[],
): Promise<ReadKeys> {
  const faults = new Map<Fact, RedisFault>();
  const keys: ReadKey[] = [];
  let goneCount = 0;
  let deniedCount = 0;
  // One key first: a refused command would else fill the log of refusals with a line a key.
  for (const page of [names.slice(0, 1), ...pagesOf(names.slice(1))]) {
    const asked = facts.filter((fact) => !faults.has(fact));
    const replies = await connection.pipeline(
      page.flatMap((key) => asked.map((fact) => questions[fact](key))),
    );
    for (const [index, key] of page.entries()) {
      const own = new Map(
        asked.map((fact, at) => [fact, replies[index * asked.length + at] ?? null] as const),
      );
      for (const [fact, reply] of own) noteFault(faults, fact, reply);
      const state = stateOf([...own.values()]);
      if (state === 'denied') deniedCount += 1;
      else if (state === 'gone') goneCount += 1;
      else keys.push(readKey(key, own));
    }
    const refused = faults.get('ttl');
    if (refused !== undefined && faults.size === facts.length) throw refused;
  }
  const why = (fact: Fact): string | null => faults.get(fact)?.message ?? null;
  return {
    keys,
    goneCount,
    deniedCount,
    whyUnknown: { type: why('type'), ttl: why('ttl'), bytes: why('bytes') },
  };
}

function pagesOf(names: readonly Buffer[]): readonly (readonly Buffer[])[] {
  const pages: (readonly Buffer[])[] = [];
  for (let at = 0; at < names.length; at += KEYS_PER_WRITE) pages.push(names.slice(at, at + KEYS_PER_WRITE));
  return pages;
}

/** What holds for every key: the command is not permitted or not known, or Redis answers nobody. */
function noteFault(faults: Map<Fact, RedisFault>, fact: Fact, reply: RedisReply): void {
  if (!(reply instanceof RedisFault) || reply.kind === 'keyNotPermitted' || faults.has(fact)) return;
  if (reply.kind !== 'notPermitted' && reply.kind !== 'unknownCommand') throw reply;
  faults.set(fact, reply);
}

function stateOf(replies: readonly RedisReply[]): 'there' | 'gone' | 'denied' {
  if (replies.some((reply) => reply instanceof RedisFault && reply.kind === 'keyNotPermitted'))
    return 'denied';
  const isGone = replies.some((reply) => reply === null || reply === -2 || textOf(reply) === 'none');
  return isGone ? 'gone' : 'there';
}

function readKey(key: Buffer, replies: ReadonlyMap<Fact, RedisReply>): ReadKey {
  const ttl = replies.get('ttl');
  const bytes = replies.get('bytes');
  return {
    key,
    type: textOf(replies.get('type') ?? null),
    ttl: typeof ttl === 'number' ? { leftMs: ttl >= 0 ? ttl : null } : null,
    bytes: typeof bytes === 'number' ? bytes : null,
  };
}

function textOf(reply: RedisReply): string | null {
  return Buffer.isBuffer(reply) ? reply.toString('latin1') : null;
}
