/** Nesting that is followed; deeper starts are taken as they are. */
const MAX_DEPTH = 16;

/** The bytes end within the value, which was right so far. */
class Cut extends Error {}
class NotMsgpack extends Error {}

/**
 * Whether the bytes begin as a MessagePack map or array whose names are texts or whole numbers. Walks the start; a whole value has
 * to end where its bytes do. Source: github.com/msgpack/msgpack/blob/master/spec.md.
 */
export function isMsgpackStart(bytes: Uint8Array, isWhole: boolean): boolean {
  if (!isContainer(bytes[0] ?? 0)) return false;
  const walk = new Walk(bytes);
  try {
    walk.value(0);
    return !isWhole || walk.at === bytes.length;
  } catch (error) {
    if (error instanceof Cut) return !isWhole;
    if (error instanceof NotMsgpack) return false;
    throw error;
  }
}

/** A map or an array, of the short or the long form. */
function isContainer(byte: number): boolean {
  return (byte >= 0x80 && byte <= 0x9f) || (byte >= 0xdc && byte <= 0xdf);
}

/** Bytes after the first byte of values of fixed width: floats, whole numbers, and the short forms of extensions. */
const widths: Readonly<Record<number, number>> = {
  ...{ 192: 0, 194: 0, 195: 0, 202: 4, 203: 8 },
  ...{ 204: 1, 205: 2, 206: 4, 207: 8, 208: 1, 209: 2, 210: 4, 211: 8 },
  ...{ 212: 2, 213: 3, 214: 5, 215: 9, 216: 17 },
};

class Walk {
  readonly #bytes: Uint8Array;
  at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  value(depth: number): void {
    if (depth > MAX_DEPTH) throw new Cut();
    const byte = this.#uint(1);
    if (byte <= 0x7f || byte >= 0xe0) return;
    const width = widths[byte];
    if (byte <= 0x8f) this.#map(byte & 0x0f, depth);
    else if (byte <= 0x9f) this.#array(byte & 0x0f, depth);
    else if (byte <= 0xbf) this.#text(byte & 0x1f);
    else if (width !== undefined) this.#skip(width);
    else this.#long(byte, depth);
  }

  /** Values whose length stands in the bytes after the first. */
  #long(byte: number, depth: number): void {
    if (byte >= 0xc4 && byte <= 0xc6) this.#skip(this.#uint(2 ** (byte - 0xc4)));
    else if (byte >= 0xc7 && byte <= 0xc9) this.#skip(this.#uint(2 ** (byte - 0xc7)) + 1);
    else if (byte >= 0xd9 && byte <= 0xdb) this.#text(this.#uint(2 ** (byte - 0xd9)));
    else if (byte === 0xdc || byte === 0xdd) this.#array(this.#uint(byte === 0xdc ? 2 : 4), depth);
    else if (byte === 0xde || byte === 0xdf) this.#map(this.#uint(byte === 0xde ? 2 : 4), depth);
    else throw new NotMsgpack();
  }

  #map(count: number, depth: number): void {
    for (let index = 0; index < count; index += 1) {
      if (!isName(this.#peek())) throw new NotMsgpack();
      this.value(depth + 1);
      this.value(depth + 1);
    }
  }

  #array(count: number, depth: number): void {
    for (let index = 0; index < count; index += 1) this.value(depth + 1);
  }

  /** Texts have to be UTF-8: that is what tells them from bytes that happen to follow. */
  #text(length: number): void {
    const from = this.at;
    const end = Math.min(from + length, this.#bytes.length);
    const isCut = from + length > this.#bytes.length;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(this.#bytes.subarray(from, end), { stream: isCut });
    } catch {
      throw new NotMsgpack();
    }
    this.#skip(length);
  }

  #peek(): number {
    const byte = this.#bytes[this.at];
    if (byte === undefined) throw new Cut();
    return byte;
  }

  #uint(byteCount: number): number {
    let value = 0;
    for (let index = 0; index < byteCount; index += 1) {
      value = value * 256 + this.#peek();
      this.at += 1;
    }
    return value;
  }

  #skip(byteCount: number): void {
    this.at += byteCount;
    if (this.at > this.#bytes.length) throw new Cut();
  }
}

/** Texts and whole numbers name the fields of a map; other names are allowed, and hardly ever written. */
function isName(byte: number): boolean {
  const isShort = byte <= 0x7f || byte >= 0xe0 || (byte >= 0xa0 && byte <= 0xbf);
  return isShort || (byte >= 0xcc && byte <= 0xd3) || (byte >= 0xd9 && byte <= 0xdb);
}
