/** Turns values into bytes and back. The bytes stand after the entry's header in Redis. */
export interface Serialiser {
  /** Throws when the value has no such form. */
  encode(value: unknown): Uint8Array;
  /** Throws when the bytes are not of this form. The type is the writer's word; give a family a schema to have it checked. */
  decode<Value>(bytes: Uint8Array): Value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** JSON in UTF-8. `undefined`, functions and bigints have no form in it. */
export const jsonSerialiser: Serialiser = {
  encode(value) {
    const text: string | undefined = JSON.stringify(value);
    if (text === undefined) throw new TypeError('The value has no form in JSON.');
    return Buffer.from(text, 'utf8');
  },
  decode(bytes) {
    return JSON.parse(utf8.decode(bytes));
  },
};
