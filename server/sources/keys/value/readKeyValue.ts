import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';
import {
  type KeyValue,
  REDACTED,
  SHOWN_ELEMENT_BYTES,
  SHOWN_ELEMENTS,
  SHOWN_VALUE_BYTES,
  type ShownValue,
  type ValuePart,
} from '#shared/keys/keyValue.ts';
import { formatKey } from '#shared/keyText.ts';
import { avoidTouching } from '../../look/avoidTouching.ts';
import { elementsOf, type RawElement } from './elementsOf.ts';
import type { Redaction } from './redaction.ts';
import { showValue } from './showValue.ts';

export interface KeyValueRequest {
  /** Of the role `inspector`. */
  readonly connection: RedisConnection;
  readonly key: Buffer;
  readonly knowsNoTouch: boolean;
  readonly redaction: Redaction;
  /** Called when the reading makes the key look used. */
  readonly onTouch: () => void;
  readonly nowMs: () => number;
}

/** Larger elements on average are not read: a reply holds as many of them as were asked for, whole. */
const MAX_REPLY_BYTES = 512 * 1_024;

/**
 * The start of a value as it may be shown. Cost: TYPE and MEMORY USAGE, then one command that reads 4 KiB of a string or up to 100
 * elements of a collection. Rejects with `RedisFault`, and with `AppError`: notFound when the key is not there, badInput when its
 * elements are too large or its type is not known.
 */
export async function readKeyValue(request: KeyValueRequest): Promise<KeyValue> {
  const { connection, key, redaction, nowMs } = request;
  const isQuiet = request.knowsNoTouch && (await avoidTouching(connection));
  if (!isQuiet) request.onTouch();
  const [typeReply, sizeReply] = await connection.pipeline([
    ['TYPE', key],
    ['MEMORY', 'USAGE', key],
  ]);
  if (typeReply instanceof RedisFault) throw typeReply;
  const type = Buffer.isBuffer(typeReply) ? typeReply.toString('latin1') : '';
  if (type === 'none' || sizeReply === null) throw gone();
  const read =
    type === 'string' ? await readString(request) : await readElements(request, { type, size: sizeReply });
  const parts = read.parts.map((part) => hideByKey(part, { key, redaction }));
  return {
    ...{ type, parts, isCut: read.isCut, readAtMs: nowMs() },
    redactedCount: parts.reduce((sum, { value }) => sum + value.redactedCount, 0),
  };
}

interface ReadParts {
  readonly parts: readonly ValuePart[];
  readonly isCut: boolean;
}

async function readString({ connection, key, redaction }: KeyValueRequest): Promise<ReadParts> {
  const bytes = await connection.send('GETRANGE', key, 0, SHOWN_VALUE_BYTES - 1);
  if (!Buffer.isBuffer(bytes)) throw gone();
  // A value of just so many bytes counts as cut: at worst a note too many.
  const isCut = bytes.length >= SHOWN_VALUE_BYTES;
  return { parts: [{ label: null, value: showValue(bytes, !isCut, redaction) }], isCut };
}

const walks: Readonly<
  Record<
    string,
    { readonly count: string; readonly read: (key: Buffer, count: number) => RedisCommand } | undefined
  >
> = {
  hash: { count: 'HLEN', read: (key, count) => ['HSCAN', key, '0', 'COUNT', count] },
  set: { count: 'SCARD', read: (key, count) => ['SSCAN', key, '0', 'COUNT', count] },
  zset: { count: 'ZCARD', read: (key, count) => ['ZSCAN', key, '0', 'COUNT', count] },
  list: { count: 'LLEN', read: (key, count) => ['LRANGE', key, 0, count - 1] },
  stream: { count: 'XLEN', read: (key, count) => ['XRANGE', key, '-', '+', 'COUNT', count] },
};

async function readElements(
  { connection, key, redaction }: KeyValueRequest,
  { type, size }: { readonly type: string; readonly size: RedisReply | undefined },
): Promise<ReadParts> {
  const walk = walks[type];
  if (walk === undefined) throw new AppError('badInput', `Values of the type ${type} are not shown.`);
  const total = await connection.send(walk.count, key);
  if (typeof total !== 'number' || total === 0) throw gone();
  const count = Math.min(SHOWN_ELEMENTS, countWithin(size, total));
  if (count < 1) {
    throw new AppError(
      'badInput',
      'Its elements are too large to be read whole, and Redis does not read a part of them.',
    );
  }
  const elements = elementsOf(type, await connection.send(...walk.read(key, count))).slice(0, SHOWN_ELEMENTS);
  return {
    parts: elements.map((element) => showElement(element, redaction)),
    isCut: elements.length < total,
  };
}

/** As many elements as fit into a reply, if each has the average size; where that is not known, few. */
function countWithin(size: RedisReply | undefined, total: number): number {
  if (typeof size !== 'number') return 10;
  return Math.floor(MAX_REPLY_BYTES / Math.max(1, size / total));
}

function showElement({ label, value }: RawElement, redaction: Redaction): ValuePart {
  const isCut = value.length > SHOWN_ELEMENT_BYTES;
  const shown = showValue(value.subarray(0, SHOWN_ELEMENT_BYTES), !isCut, redaction);
  if (label === null) return { label: null, value: shown };
  const name = formatKey(label.subarray(0, SHOWN_ELEMENT_BYTES));
  const shownName = redaction.redactText(name).text;
  return { label: shownName, value: redaction.hidesName(name) ? redacted(shown) : shown };
}

/** A key such as `csrf-token:7` says what its value is. */
function hideByKey(
  part: ValuePart,
  { key, redaction }: { readonly key: Buffer; readonly redaction: Redaction },
): ValuePart {
  const segments = key
    .subarray(0, SHOWN_ELEMENT_BYTES)
    .toString('latin1')
    .split(/[:/|.]/);
  return segments.some(redaction.hidesName) ? { ...part, value: redacted(part.value) } : part;
}

function redacted({ format }: ShownValue): ShownValue {
  return { kind: 'hidden', format, text: '', note: REDACTED, isCut: false, redactedCount: 1 };
}

function gone(): AppError {
  return new AppError('notFound', 'The key is not there any more.');
}
