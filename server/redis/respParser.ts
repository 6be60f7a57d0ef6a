/**
 * Replies of RESP2, and the maps of RESP3, from bytes. Written by hand because a page of 1,000 keys is 3,001 replies: a client library's
 * bookkeeping per command costs five times what Redis pays for them.
 */

/** An error reply, as its text. */
export class RespError {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Integers are numbers, simple strings strings, bulk strings bytes (views into the socket's chunks), null is null. */
export type RespValue = number | string | Uint8Array | null | RespError | readonly RespValue[];

/** The bytes are not RESP2, or promise more than the bounds; the connection cannot be used any further. */
export class RespProtocolError extends Error {}

export interface RespParser {
  /** Takes the next bytes and gives every reply that they complete, in order. Throws `RespProtocolError`. */
  push(chunk: Uint8Array): RespValue[];
}

/** Longest bulk string. A key's name may be longer (512 MB), but none that a cache can live with. */
export const MAX_BULK_BYTES = 16 * 1024 * 1024;

/** Most bytes that may wait for the end of one reply. A page of 100 names of 512 KB fits. */
const MAX_REPLY_BYTES = 64 * 1024 * 1024;

/** Longest line of a header, an integer, a status or an error. */
const MAX_LINE_BYTES = 64 * 1024;

const MAX_ARRAY_LENGTH = 1_000_000;
const MAX_DEPTH = 8;

const CR = 13;
const PLUS = 43;
const MINUS = 45;
const COLON = 58;
const DOLLAR = 36;
const STAR = 42;
const PERCENT = 37;
const ZERO = 48;

/** Returned instead of a reply whose end has not arrived. */
const INCOMPLETE = Symbol('incomplete');

export function openRespParser(): RespParser {
  return new ReplyReader();
}

class ReplyReader implements RespParser {
  #buffer: Buffer = Buffer.alloc(0);
  #at = 0;
  // Chunks are joined only when what is known to be missing can be there: a long bulk string costs one copy, not one a chunk.
  #chunks: Uint8Array[] = [];
  #pendingBytes = 0;
  #neededBytes = 0;
  #lastText = '';

  push(chunk: Uint8Array): RespValue[] {
    this.#chunks.push(chunk);
    this.#pendingBytes += chunk.length;
    const waitingBytes = this.#buffer.length - this.#at + this.#pendingBytes;
    if (waitingBytes > MAX_REPLY_BYTES) throw new RespProtocolError('a reply out of bounds');
    if (waitingBytes < this.#neededBytes) return [];
    this.#joinChunks();
    const replies: RespValue[] = [];
    for (;;) {
      const start = this.#at;
      this.#neededBytes = 0;
      const reply = this.#at < this.#buffer.length ? this.#take(0) : INCOMPLETE;
      if (reply === INCOMPLETE) {
        // Counted from the start of this reply, where the next try begins.
        this.#neededBytes = this.#neededBytes === 0 ? 0 : this.#neededBytes - start;
        this.#at = start;
        return replies;
      }
      replies.push(reply);
    }
  }

  #incomplete(bytesFromHere: number): typeof INCOMPLETE {
    this.#neededBytes = bytesFromHere;
    return INCOMPLETE;
  }

  /** Position of the CR that ends the line at `at`, -1 when it has not arrived. */
  #lineEnd(): number {
    const end = this.#buffer.indexOf(CR, this.#at);
    if (end < 0) {
      if (this.#buffer.length - this.#at > MAX_LINE_BYTES)
        throw new RespProtocolError('a line without an end');
      return -1;
    }
    return end + 1 < this.#buffer.length ? end : -1;
  }

  #takeInteger(): number | typeof INCOMPLETE {
    let cursor = this.#at;
    let isNegative = false;
    if (this.#buffer[cursor] === MINUS) {
      isNegative = true;
      cursor += 1;
    }
    const firstDigit = cursor;
    let value = 0;
    for (;;) {
      const byte = this.#buffer[cursor];
      if (byte === undefined) return this.#incomplete(0);
      if (byte === CR) break;
      const digit = byte - ZERO;
      if (digit < 0 || digit > 9 || cursor - firstDigit > 18) throw new RespProtocolError('not an integer');
      value = value * 10 + digit;
      cursor += 1;
    }
    if (cursor === firstDigit) throw new RespProtocolError('not an integer');
    if (cursor + 1 >= this.#buffer.length) return this.#incomplete(0);
    this.#endLine(cursor);
    return isNegative ? -value : value;
  }

  #endLine(cr: number): void {
    if (this.#buffer[cr + 1] !== 10) throw new RespProtocolError('CR without LF');
    this.#at = cr + 2;
  }

  #takeText(): string | typeof INCOMPLETE {
    const end = this.#lineEnd();
    if (end < 0) return this.#incomplete(0);
    // Most types of a page are the same word; a string made anew for each key is what a pass would mostly collect.
    if (!this.#isLastText(end)) this.#lastText = this.#buffer.toString('latin1', this.#at, end);
    this.#endLine(end);
    return this.#lastText;
  }

  #isLastText(end: number): boolean {
    const text = this.#lastText;
    if (text.length !== end - this.#at) return false;
    for (let index = 0; index < text.length; index += 1) {
      if (text.charCodeAt(index) !== this.#buffer[this.#at + index]) return false;
    }
    return true;
  }

  #takeBulk(): Uint8Array | null | typeof INCOMPLETE {
    const length = this.#takeInteger();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length === -1) return null;
    if (length < 0 || length > MAX_BULK_BYTES) throw new RespProtocolError('a bulk string out of bounds');
    const end = this.#at + length;
    if (end + 2 > this.#buffer.length) return this.#incomplete(end + 2);
    const bytes = this.#buffer.subarray(this.#at, end);
    if (this.#buffer[end] !== CR) throw new RespProtocolError('a bulk string without an end');
    this.#endLine(end);
    return bytes;
  }

  /** A map is an array of its names and values in turn. */
  #takeArray(depth: number, itemsPerEntry = 1): readonly RespValue[] | null | typeof INCOMPLETE {
    const length = this.#takeInteger();
    if (length === INCOMPLETE) return INCOMPLETE;
    if (length === -1) return null;
    if (length < 0 || length > MAX_ARRAY_LENGTH || depth >= MAX_DEPTH) {
      throw new RespProtocolError('an array out of bounds');
    }
    const items: RespValue[] = [];
    for (let index = 0; index < length * itemsPerEntry; index += 1) {
      const item = this.#take(depth + 1);
      if (item === INCOMPLETE) return INCOMPLETE;
      items.push(item);
    }
    return items;
  }

  #take(depth: number): RespValue | typeof INCOMPLETE {
    const type = this.#buffer[this.#at];
    if (type === undefined) return this.#incomplete(0);
    this.#at += 1;
    switch (type) {
      case COLON:
        return this.#takeInteger();
      case PLUS:
        return this.#takeText();
      case MINUS: {
        const text = this.#takeText();
        return text === INCOMPLETE ? INCOMPLETE : new RespError(text);
      }
      case DOLLAR:
        return this.#takeBulk();
      case STAR:
        return this.#takeArray(depth);
      case PERCENT:
        return this.#takeArray(depth, 2);
      default:
        throw new RespProtocolError(`no reply starts with the byte ${type}`);
    }
  }

  #joinChunks(): void {
    const rest = this.#buffer.subarray(this.#at);
    const [only] = this.#chunks;
    this.#buffer =
      rest.length === 0 && this.#chunks.length === 1 && only !== undefined
        ? Buffer.from(only.buffer, only.byteOffset, only.byteLength)
        : Buffer.concat([rest, ...this.#chunks]);
    this.#at = 0;
    this.#chunks = [];
    this.#pendingBytes = 0;
  }
}
