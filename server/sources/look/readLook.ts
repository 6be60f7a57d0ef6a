import type { RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { LOOK_VALUE_COUNT } from '#shared/look/patternLook.ts';
import { askEach, NOT_ASKED } from './askEach.ts';
import { avoidTouching } from './avoidTouching.ts';
import { readValues, type ValueLook } from './readValues.ts';

/** A key of the sample. */
export interface LookKey {
  /** As `formatKey` writes it. */
  readonly text: string;
  readonly key: Buffer;
  readonly type: string;
}

export interface LookRequest {
  /** Of the role `inspector`. */
  readonly connection: RedisConnection;
  readonly keys: readonly LookKey[];
  /** `maxmemory-policy`; null = INFO does not say, and when keys were last used is not asked. */
  readonly evictionPolicy: string | null;
  /** Redis from 7.2 on and Valkey: CLIENT NO-TOUCH leaves idle times as they are. */
  readonly knowsNoTouch: boolean;
  readonly nowMs: () => number;
}

/** What one key said. Null = not asked, or not answered. */
export interface KeyLook {
  readonly text: string;
  readonly type: string;
  readonly state: 'seen' | 'gone' | 'denied';
  /** Null = no expiry. */
  readonly ttlMs: number | null;
  readonly idleMs: number | null;
  /** Logarithmic use counter of LFU, 0-255. */
  readonly frequency: number | null;
  /** When TTL and use were read, epoch ms. */
  readonly readAtMs: number;
  /** Null also for all types but strings. */
  readonly value: ValueLook | null;
}

export interface Look {
  readonly keys: readonly KeyLook[];
  /** The first of them, whose values were asked for. */
  readonly valueKeyCount: number;
  /** Why nobody knows when keys were last used; null when that was told. */
  readonly useFault: RedisFault | null;
  readonly valueFault: RedisFault | null;
  readonly isTouching: boolean;
  /** Commands that Redis counted as look-ups. */
  readonly lookupCount: number;
}

/**
 * Asks keys for their TTL and when they were last used, then some of them for the first bytes of their value, of which
 * nothing but the kind of bytes is kept. Cost: PTTL and OBJECT a key, GETRANGE a value (O(1) each), each of which Redis counts as a
 * look-up; the connection's ledger subtracts them. GETRANGE also makes a key look used, unless NO-TOUCH is known. Use is read first. A
 * command that is not permitted is asked once and then left. Rejects with `RedisFault` when the connection fails.
 */
export async function readLook(request: LookRequest): Promise<Look> {
  const { connection, keys, evictionPolicy, nowMs } = request;
  const isQuiet = request.knowsNoTouch && (await avoidTouching(connection));
  const ttls = await askEach(
    connection,
    keys.map(({ key }) => ['PTTL', key]),
  );
  const useWord = evictionPolicy?.includes('lfu') === true ? 'FREQ' : 'IDLETIME';
  const uses =
    evictionPolicy === null
      ? NOT_ASKED
      : await askEach(
          connection,
          keys.map(({ key }) => ['OBJECT', useWord, key]),
        );
  const readAtMs = nowMs();
  const seen = keys.map((key, at) =>
    keyLook(key, { ttl: ttls.replies[at], use: uses.replies[at], useWord, readAtMs }),
  );
  const present = seen.flatMap((look, at) => (look.state === 'seen' ? [{ look, at }] : []));
  const valued = present.slice(0, LOOK_VALUE_COUNT);
  const strings = valued.filter(({ look }) => look.type === 'string');
  const values = await readValues(
    connection,
    strings.flatMap(({ at }) => keys[at]?.key ?? []),
  );
  const valueAt = new Map(strings.map(({ at }, index) => [at, values.values[index] ?? null] as const));
  const order = new Set(valued.map(({ at }) => at));
  const withValues = seen.map((look, at) => ({ ...look, value: valueAt.get(at) ?? null }));
  return {
    keys: [...withValues.filter((_, at) => order.has(at)), ...withValues.filter((_, at) => !order.has(at))],
    valueKeyCount: valued.length,
    useFault: uses.fault,
    valueFault: values.fault,
    isTouching: !isQuiet && values.lookupCount > 0 && values.fault === null,
    lookupCount: ttls.lookupCount + uses.lookupCount + values.lookupCount,
  };
}

interface KeyReplies {
  readonly ttl: RedisReply | undefined;
  readonly use: RedisReply | undefined;
  readonly useWord: 'FREQ' | 'IDLETIME';
  readonly readAtMs: number;
}

const MS_PER_SECOND = 1_000;

function keyLook({ text, type }: LookKey, { ttl, use, useWord, readAtMs }: KeyReplies): KeyLook {
  const isDenied = [ttl, use].some(
    (reply) => reply instanceof RedisFault && reply.kind === 'keyNotPermitted',
  );
  const isGone = ttl === -2 || use === null;
  const told = typeof use === 'number' ? use : null;
  return {
    text,
    type,
    state: isDenied ? 'denied' : isGone ? 'gone' : 'seen',
    ttlMs: typeof ttl === 'number' && ttl >= 0 ? ttl : null,
    idleMs: useWord === 'IDLETIME' && told !== null ? told * MS_PER_SECOND : null,
    frequency: useWord === 'FREQ' ? told : null,
    readAtMs,
    value: null,
  };
}
