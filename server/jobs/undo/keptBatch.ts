import { z } from 'zod';

/** A key and its value as they were. */
export interface KeptValue {
  readonly key: Buffer;
  /** `entry`: the bytes of an entry of cachescope/cache; `dump`: what DUMP gave. */
  readonly form: 'entry' | 'dump';
  readonly bytes: Buffer;
  /** Epoch ms by our clock; null = it had no expiry. */
  readonly expiresAtMs: number | null;
}

/** Members that a purge took out of a set, or out of a sorted set whose scores are expiries. */
export interface KeptMembers {
  readonly index: Buffer;
  readonly type: 'set' | 'zset';
  readonly members: readonly Buffer[];
  /** Of the index; as of a value. */
  readonly expiresAtMs: number | null;
}

/** Fields that a purge took out of a hash that lists entries. */
export interface KeptFields {
  readonly index: Buffer;
  readonly fields: readonly { readonly name: Buffer; readonly value: Buffer }[];
  /** Of the index; as of a value. */
  readonly expiresAtMs: number | null;
}

/** What one batch of a purge removed. */
export interface KeptBatch {
  readonly values: readonly KeptValue[];
  /** Keys that only index the values. */
  readonly indexValues: readonly KeptValue[];
  readonly members: readonly KeptMembers[];
  readonly fields: readonly KeptFields[];
}

const bytesSchema = z.base64().transform((text) => Buffer.from(text, 'base64'));
const valueSchema = z.strictObject({
  key: bytesSchema,
  form: z.enum(['entry', 'dump']),
  bytes: bytesSchema,
  expiresAtMs: z.number().nullable(),
});
const batchSchema = z.strictObject({
  values: z.array(valueSchema),
  indexValues: z.array(valueSchema),
  members: z.array(
    z.strictObject({
      index: bytesSchema,
      type: z.enum(['set', 'zset']),
      members: z.array(bytesSchema),
      expiresAtMs: z.number().nullable(),
    }),
  ),
  fields: z.array(
    z.strictObject({
      index: bytesSchema,
      fields: z.array(z.strictObject({ name: bytesSchema, value: bytesSchema })),
      expiresAtMs: z.number().nullable(),
    }),
  ),
});

export function encodeKeptBatch({ values, indexValues, members, fields }: KeptBatch): Buffer {
  const text = (bytes: Buffer) => bytes.toString('base64');
  const value = (kept: KeptValue) => ({ ...kept, key: text(kept.key), bytes: text(kept.bytes) });
  const written = {
    values: values.map(value),
    indexValues: indexValues.map(value),
    members: members.map((kept) => ({ ...kept, index: text(kept.index), members: kept.members.map(text) })),
    fields: fields.map((kept) => ({
      ...{ index: text(kept.index), expiresAtMs: kept.expiresAtMs },
      fields: kept.fields.map((field) => ({ name: text(field.name), value: text(field.value) })),
    })),
  };
  return Buffer.from(JSON.stringify(written));
}

export function decodeKeptBatch(bytes: Buffer): KeptBatch {
  return batchSchema.parse(JSON.parse(bytes.toString()));
}
