import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { formatConfidence } from '#shared/keys/formatConfidence.ts';
import type { EntryFacts, KeyContent, KeyFacts, KeyUse, LengthUnit } from '#shared/keys/keyInspection.ts';
import { LOOK_VALUE_BYTES } from '#shared/look/patternLook.ts';
import { type Reading, unknown } from '#shared/reading.ts';
import { avoidTouching } from '../look/avoidTouching.ts';
import { fingerprintOf } from '../look/fingerprintOf.ts';
import { type EntryHeader, parseEntryHeader } from '../look/parseEntryHeader.ts';
import { replyReading } from './replyReading.ts';

export interface KeyFactsRequest {
  /** Of the role `inspector`. */
  readonly connection: RedisConnection;
  readonly key: Buffer;
  /** `maxmemory-policy`; null = INFO does not say, and when the key was last used is not asked. */
  readonly evictionPolicy: string | null;
  /** Redis from 7.2 on and Valkey: CLIENT NO-TOUCH leaves idle times as they are. */
  readonly knowsNoTouch: boolean;
  /** Whether the first bytes of the value may be read. */
  readonly readsContent: boolean;
  /** When a look of ours last made the key look used; null = never. */
  readonly touchedAtMs: number | null;
  readonly nowMs: () => number;
}

export type KeyFactsAnswer =
  | { readonly state: 'missing' | 'denied' }
  | { readonly state: 'there'; readonly facts: KeyFacts };

/**
 * What one key is. What does not count as use of the key is asked first, its length and first bytes after. Each fact is known or not by
 * itself: a command that is not permitted leaves the others. Cost: six or seven commands of O(1), of which Redis counts all but MEMORY
 * USAGE as look-ups. Rejects with `RedisFault` when the connection fails or Redis answers nobody.
 */
export async function readKeyFacts(request: KeyFactsRequest): Promise<KeyFactsAnswer> {
  const { connection, key, nowMs } = request;
  const isQuiet = request.knowsNoTouch && (await avoidTouching(connection));
  const useWord = request.evictionPolicy?.includes('lfu') === true ? 'FREQ' : 'IDLETIME';
  const replies = await connection.pipeline([
    ['TYPE', key],
    ['PTTL', key],
    ['MEMORY', 'USAGE', key],
    ['OBJECT', 'ENCODING', key],
    ...(request.evictionPolicy === null ? [] : [['OBJECT', useWord, key] satisfies RedisCommand]),
  ]);
  const [type, ttl, bytes, encoding, use] = replies;
  const state = stateOf(replies);
  if (state !== 'there') return { state };
  const atMs = nowMs();
  const typeName = Buffer.isBuffer(type) ? type.toString('latin1') : null;
  const length = typeName === null ? undefined : lengths[typeName];
  const later = await connection.pipeline([
    ...(length === undefined ? [] : [[length.command, key] satisfies RedisCommand]),
    ...(typeName === 'string' && request.readsContent
      ? [['GETRANGE', key, 0, LOOK_VALUE_BYTES - 1] satisfies RedisCommand]
      : []),
  ]);
  const lengthReply = length === undefined ? undefined : later[0];
  const startReply = later[length === undefined ? 0 : 1];
  const number = (reply: RedisReply | undefined, from: string) =>
    replyReading(reply, { from, atMs, read: (value) => (typeof value === 'number' ? value : null) });
  return {
    state: 'there',
    facts: {
      type: replyReading(type, { from: 'TYPE', atMs, read: textOf }),
      ttl: mapped(number(ttl, 'PTTL'), (leftMs) => ({ leftMs: leftMs < 0 ? null : leftMs })),
      bytes: number(bytes, 'MEMORY USAGE'),
      encoding: replyReading(encoding, { from: 'OBJECT ENCODING', atMs, read: textOf }),
      use: lastUse(use, { useWord, atMs, request }),
      length:
        length === undefined
          ? unknownLength(typeName)
          : mapped(number(lengthReply, length.command), (count) => ({ count, unit: length.unit })),
      content: request.readsContent ? contentReading(startReply, { typeName, atMs }) : null,
      isTouched: !isQuiet && later.some((reply) => !(reply instanceof RedisFault)),
    },
  };
}

const lengths: Readonly<Record<string, { readonly command: string; readonly unit: LengthUnit } | undefined>> =
  {
    string: { command: 'STRLEN', unit: 'bytes' },
    hash: { command: 'HLEN', unit: 'fields' },
    list: { command: 'LLEN', unit: 'elements' },
    set: { command: 'SCARD', unit: 'members' },
    zset: { command: 'ZCARD', unit: 'members' },
    stream: { command: 'XLEN', unit: 'entries' },
  };

function stateOf(replies: readonly RedisReply[]): 'there' | 'missing' | 'denied' {
  if (replies.some((reply) => reply instanceof RedisFault && reply.kind === 'keyNotPermitted'))
    return 'denied';
  const [type, ttl, ...others] = replies;
  const isMissing = textOf(type ?? 0) === 'none' || ttl === -2 || others.includes(null);
  const faults = replies.filter((reply) => reply instanceof RedisFault);
  const [fault] = faults;
  // What is told of one command says nothing of the others; what all of them say is the state of the server.
  if (fault !== undefined && faults.length === replies.length) throw fault;
  return isMissing ? 'missing' : 'there';
}

function textOf(reply: RedisReply): string | null {
  return Buffer.isBuffer(reply) ? reply.toString('latin1') : null;
}

function mapped<From, To>(reading: Reading<From>, map: (value: From) => To): Reading<To> {
  return reading.state === 'known' ? { ...reading, value: map(reading.value) } : reading;
}

function unknownLength(typeName: string | null): Reading<never> {
  return typeName === null
    ? unknown('notPermitted', 'Which length a key has is told by its type, which is not known.')
    : unknown('notSupported', `How long a value of the type ${typeName} is, is not asked.`);
}

const MS_PER_SECOND = 1_000;
/** Idle times are whole seconds of a clock that ticks once a second. */
const SLACK_MS = 3_000;

interface UseContext {
  readonly useWord: 'FREQ' | 'IDLETIME';
  readonly atMs: number;
  readonly request: KeyFactsRequest;
}

function lastUse(reply: RedisReply | undefined, { useWord, atMs, request }: UseContext): Reading<KeyUse> {
  if (reply === undefined) {
    return unknown(
      'notSupported',
      'INFO does not tell maxmemory_policy, and with it what OBJECT says of use.',
    );
  }
  return replyReading<KeyUse>(reply, {
    from: `OBJECT ${useWord}`,
    atMs,
    read: (value) => {
      if (typeof value !== 'number') return null;
      if (useWord === 'FREQ') return { kind: 'frequency', frequency: value };
      const idleMs = value * MS_PER_SECOND;
      const { touchedAtMs } = request;
      const isOurs = touchedAtMs !== null && Math.abs(atMs - touchedAtMs - idleMs) <= SLACK_MS;
      return { kind: 'idle', idleMs, isOurs };
    },
  });
}

function contentReading(
  reply: RedisReply | undefined,
  { typeName, atMs }: { readonly typeName: string | null; readonly atMs: number },
): Reading<KeyContent> {
  if (reply === undefined) {
    return unknown(
      'notSupported',
      `Only strings have a format of their own; this is a ${typeName ?? 'key of an unknown type'}.`,
    );
  }
  return replyReading(reply, {
    from: `first ${LOOK_VALUE_BYTES} bytes`,
    atMs,
    read: (value) => (Buffer.isBuffer(value) ? contentOf(value, atMs) : null),
  });
}

function contentOf(bytes: Buffer, atMs: number): KeyContent {
  const isWhole = bytes.length < LOOK_VALUE_BYTES;
  const { format } = fingerprintOf(bytes, isWhole);
  const header = parseEntryHeader(bytes);
  return {
    format,
    confidence: formatConfidence(format, isWhole),
    entry: header === null ? null : entryFacts(header, atMs),
  };
}

function entryFacts({ payloadOffset: _, ...header }: EntryHeader, atMs: number): EntryFacts {
  const isFresh = header.softExpiryAtMs > atMs;
  return { ...header, freshness: header.softExpiryAtMs === 0 ? 'markedStale' : isFresh ? 'fresh' : 'stale' };
}
