import type { RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { LOOK_SHAPE_BYTES, LOOK_VALUE_BYTES } from '#shared/look/patternLook.ts';
import type { Fingerprint } from '#shared/look/valueFormat.ts';
import { askEach } from './askEach.ts';
import { fingerprintOf } from './fingerprintOf.ts';
import { jsonShape } from './jsonShape.ts';
import { type EntryHeader, parseEntryHeader } from './parseEntryHeader.ts';

/** What is kept of a value: which kind of bytes, when it was stored, which fields. None of its bytes. */
export interface ValueLook extends Fingerprint {
  /** The times of an entry of our library. */
  readonly header: EntryHeader | null;
  /** Of a JSON object that was read whole. */
  readonly shape: { readonly hash: string; readonly fieldCount: number } | null;
  readonly isJsonObject: boolean;
}

export interface Values {
  /** One a key; null = it went, or holds no string any more. */
  readonly values: readonly (ValueLook | null)[];
  readonly fault: RedisFault | null;
  readonly lookupCount: number;
}

const OPENING_BRACE = 0x7b;

/** The start of each string; then, of those that begin as JSON objects and went on past it, more. */
export async function readValues(connection: RedisConnection, keys: readonly Buffer[]): Promise<Values> {
  const starts = await readStarts(connection, keys, LOOK_VALUE_BYTES);
  const values = starts.bytes.map((bytes) => (bytes === null ? null : valueLook(bytes, LOOK_VALUE_BYTES)));
  const cut = values.flatMap((value, at) =>
    value?.isJsonObject === true && value.shape === null ? [at] : [],
  );
  const longer = await readStarts(
    connection,
    cut.flatMap((at) => keys[at] ?? []),
    LOOK_SHAPE_BYTES,
  );
  for (const [index, at] of cut.entries()) {
    const bytes = longer.bytes[index] ?? null;
    if (bytes !== null) values[at] = valueLook(bytes, LOOK_SHAPE_BYTES);
  }
  return { values, fault: starts.fault, lookupCount: starts.lookupCount + longer.lookupCount };
}

async function readStarts(connection: RedisConnection, keys: readonly Buffer[], byteCount: number) {
  const asked = await askEach(
    connection,
    keys.map((key) => ['GETRANGE', key, 0, byteCount - 1]),
  );
  const bytes = keys.map((_, at) => {
    const reply = asked.replies[at];
    return Buffer.isBuffer(reply) ? reply : null;
  });
  return { ...asked, bytes };
}

function valueLook(bytes: Buffer, askedBytes: number): ValueLook {
  const isWhole = bytes.length < askedBytes;
  const header = parseEntryHeader(bytes);
  const payload = bytes.subarray(header?.payloadOffset ?? 0);
  const fingerprint = fingerprintOf(bytes, isWhole);
  const isJsonObject = fingerprint.format === 'json' && payload[0] === OPENING_BRACE;
  return {
    ...fingerprint,
    header,
    shape: isJsonObject && isWhole ? jsonShape(payload) : null,
    isJsonObject,
  };
}
