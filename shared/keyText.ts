import { AppError } from './errorCodes.ts';

/**
 * Characters that a reader cannot see or that move others about: controls, bidi overrides, zero-width and other default
 * ignorables, separators but the plain space, private and unassigned code points, and the blank Braille cell.
 */
const HIDDEN = /[\p{C}\p{Z}\p{Default_Ignorable_Code_Point}\u2800]/u;

const BACKSLASH = 0x5c;
const HEX_DIGITS = '0123456789abcdef';

/** Byte to `\xNN`, made once: binary keys are made of little else. */
const ESCAPES: readonly string[] = Array.from(
  { length: 256 },
  (_, byte) => `\\x${HEX_DIGITS[byte >> 4]}${HEX_DIGITS[byte & 15]}`,
);

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/**
 * A key's bytes as text that can be shown, typed and sent, and read back with `parseKey` to the same bytes. Printable
 * UTF-8 stays as it is, a backslash doubles, every other byte becomes `\xNN`: whoever reads the text sees all of the key,
 * and two keys never look the same because of characters that draw nothing.
 */
export function formatKey(bytes: Uint8Array): string {
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) return formatFrom(bytes, index);
  }
  return plainText(bytes, 0, bytes.length);
}

/**
 * The bytes of a key from text as `formatKey` writes it, or as a person types it: `\\`, `\xNN` (either case), and any
 * other character as UTF-8. Throws `badInput` on another escape and on half a surrogate pair, which no UTF-8 key holds.
 */
export function parseKey(text: string): Uint8Array {
  if (!text.isWellFormed()) throw new AppError('badInput', 'The key holds half of a character pair.');
  if (!text.includes('\\')) return encoder.encode(text);
  const parts = new Uint8Array(text.length * 3);
  let length = 0;
  let from = 0;
  for (let at = text.indexOf('\\'); at !== -1; at = text.indexOf('\\', from)) {
    length += encoder.encodeInto(text.slice(from, at), parts.subarray(length)).written;
    const escaped = readEscape(text, at);
    parts[length] = escaped.byte;
    length += 1;
    from = at + escaped.charCount;
  }
  length += encoder.encodeInto(text.slice(from), parts.subarray(length)).written;
  return parts.slice(0, length);
}

function readEscape(text: string, at: number): { byte: number; charCount: number } {
  if (text[at + 1] === '\\') return { byte: BACKSLASH, charCount: 2 };
  const digits = text.slice(at + 2, at + 4);
  if (text[at + 1] === 'x' && /^[0-9a-fA-F]{2}$/.test(digits)) {
    return { byte: Number.parseInt(digits, 16), charCount: 4 };
  }
  throw new AppError('badInput', `A backslash at position ${at + 1} of the key is neither \\\\ nor \\xNN.`);
}

function formatFrom(bytes: Uint8Array, plainUntil: number): string {
  const parts = [plainText(bytes, 0, plainUntil)];
  let index = plainUntil;
  while (index < bytes.length) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x80) {
      const run = plainRun(bytes, index);
      if (run > index) parts.push(plainText(bytes, index, run));
      else parts.push(byte === BACKSLASH ? '\\\\' : (ESCAPES[byte] ?? ''));
      index = Math.max(run, index + 1);
      continue;
    }
    const size = sequenceLength(bytes, index);
    const text = size === 0 ? '' : decoder.decode(bytes.subarray(index, index + size));
    // TextDecoder drops a byte order mark at the start: empty here means hidden as well.
    if (size > 0 && text !== '' && !HIDDEN.test(text)) parts.push(text);
    else
      for (let at = index; at < index + Math.max(1, size); at += 1) parts.push(ESCAPES[bytes[at] ?? 0] ?? '');
    index += Math.max(1, size);
  }
  return parts.join('');
}

/** End of the run of printable ASCII that starts at `from`. */
function plainRun(bytes: Uint8Array, from: number): number {
  let index = from;
  while (index < bytes.length) {
    const byte = bytes[index] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === BACKSLASH) break;
    index += 1;
  }
  return index;
}

/** Most keys are short, and a call into the decoder costs more than their characters do. */
const SHORT_TEXT_BYTES = 64;

function plainText(bytes: Uint8Array, from: number, to: number): string {
  const part = from === 0 && to === bytes.length ? bytes : bytes.subarray(from, to);
  // In one call: a text put together from characters is a chain of pieces, ten times as large as the text.
  return to - from > SHORT_TEXT_BYTES ? decoder.decode(part) : Reflect.apply(String.fromCharCode, null, part);
}

/** Bytes of the well-formed UTF-8 character at `at` (RFC 3629, table 3-7 of Unicode); 0 when there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at] ?? 0;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isContinuation(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isContinuation(bytes[at + 2] ?? 0) ? 3 : 0;
  }
  if (first >= 0xf0 && first <= 0xf4) {
    const low = first === 0xf0 ? 0x90 : 0x80;
    const high = first === 0xf4 ? 0x8f : 0xbf;
    const isWhole = isContinuation(bytes[at + 2] ?? 0) && isContinuation(bytes[at + 3] ?? 0);
    return second >= low && second <= high && isWhole ? 4 : 0;
  }
  return 0;
}

function isContinuation(byte: number): boolean {
  return byte >= 0x80 && byte <= 0xbf;
}
