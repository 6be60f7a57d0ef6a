import type { Serialiser } from './serialiser.ts';

/** What `@msgpack/msgpack` is, whole or as an Encoder and Decoder of the service's own options. */
export interface EncodeCodec {
  encode(value: unknown): Uint8Array;
  decode(bytes: Uint8Array): unknown;
}

/** What `msgpackr` is, or a Packr of it. */
export interface PackCodec {
  pack(value: unknown): Uint8Array;
  unpack(bytes: Uint8Array): unknown;
}

/**
 * Begins what this serialiser wrote: MessagePack never uses the byte, and no text in UTF-8 begins with it. Without it `7` in
 * JSON would be read as 55, and the other way round.
 */
const MARK = 0xc1;

/**
 * MessagePack, by a library of the caller's: `msgpackSerialiser(await import('@msgpack/msgpack'))` or
 * `msgpackSerialiser(await import('msgpackr'))`. Entries written by another serialiser, or by one without this mark, count as
 * `undecodable` and are loaded anew, so that a service can change over while it runs.
 *
 * What comes back is the library's matter. Dates come back as Dates with both. A Buffer comes back as a Uint8Array from
 * `@msgpack/msgpack`. A bigint needs `useBigInt64: true` there (and then every 64-bit integer is one); without it the value is
 * not stored, and counted as `unserialisable`. A Map or Set is stored by `@msgpack/msgpack` as an empty object: give it
 * objects and arrays. `undefined` inside an object becomes null; alone it is refused.
 */
export function msgpackSerialiser(codec: EncodeCodec | PackCodec): Serialiser {
  return {
    encode(value) {
      if (value === undefined) throw new TypeError('undefined has no form in MessagePack.');
      const body = 'encode' in codec ? codec.encode(value) : codec.pack(value);
      // A copy, since what some libraries hand out is a view of a buffer that they write to again.
      const bytes = Buffer.allocUnsafe(body.length + 1);
      bytes[0] = MARK;
      bytes.set(body, 1);
      return bytes;
    },
    decode<Value>(bytes: Uint8Array): Value {
      if (bytes[0] !== MARK) throw new TypeError('The bytes were written by another serialiser.');
      return decodeWith<Value>(codec, bytes.subarray(1));
    },
  };
}

/** The overload says what no library can: of which type the writer's value was. */
function decodeWith<Value>(codec: EncodeCodec | PackCodec, bytes: Uint8Array): Value;
function decodeWith(codec: EncodeCodec | PackCodec, bytes: Uint8Array): unknown {
  return 'decode' in codec ? codec.decode(bytes) : codec.unpack(bytes);
}
