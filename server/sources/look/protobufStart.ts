/** Numbers above it are rare, and what random bytes mostly give. */
const MAX_FIELD_NUMBER = 512;
/** Fields that have to be seen in a start; whole values may have fewer. */
const MIN_FIELDS_OF_START = 3;
const MAX_VARINT_BYTES = 10;

interface Varint {
  readonly value: number;
  readonly end: number;
}

/**
 * Whether the bytes read as protobuf fields in rising order of their numbers, as its writers write them. Never certain: the
 * format has no mark of its own. A whole value has to end with a field. Source: protobuf.dev/programming-guides/encoding.
 */
export function isProtobufStart(bytes: Uint8Array, isWhole: boolean): boolean {
  let at = 0;
  let fieldCount = 0;
  let lastNumber = 1;
  while (at < bytes.length) {
    const tag = varintAt(bytes, at);
    if (tag === 'cut') break;
    const number = tag === null ? 0 : Math.floor(tag.value / 8);
    if (tag === null || number < lastNumber || number > MAX_FIELD_NUMBER) return false;
    const end = fieldEnd(bytes, tag.end, tag.value % 8);
    if (end === null) return false;
    fieldCount += 1;
    lastNumber = number;
    at = end;
  }
  if (isWhole) return at === bytes.length && fieldCount > 0;
  return fieldCount >= MIN_FIELDS_OF_START;
}

/** Where the field's value ends, past the bytes when they are cut; null when it has no such type. */
function fieldEnd(bytes: Uint8Array, at: number, wireType: number): number | null {
  switch (wireType) {
    case 0: {
      const value = varintAt(bytes, at);
      return value === 'cut' ? bytes.length + 1 : (value?.end ?? null);
    }
    case 1:
      return at + 8;
    case 2: {
      const length = varintAt(bytes, at);
      if (length === 'cut') return bytes.length + 1;
      return length === null ? null : length.end + length.value;
    }
    case 5:
      return at + 4;
    default:
      return null;
  }
}

function varintAt(bytes: Uint8Array, at: number): Varint | 'cut' | null {
  let value = 0;
  for (let index = 0; index < MAX_VARINT_BYTES; index += 1) {
    const byte = bytes[at + index];
    if (byte === undefined) return 'cut';
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: at + index + 1 };
  }
  return null;
}
