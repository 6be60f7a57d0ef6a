import type { Fingerprint, ValueFormat } from '#shared/look/valueFormat.ts';
import { isMsgpackStart } from './msgpackStart.ts';
import { parseEntryHeader } from './parseEntryHeader.ts';
import { isProtobufStart } from './protobufStart.ts';

/** Magic bytes that no text begins with. The pickle of protocol 2 to 5 goes before MessagePack, whose empty map is 80. */
const magics: readonly { readonly format: ValueFormat; readonly starts: readonly (readonly number[])[] }[] = [
  { format: 'gzip', starts: [[0x1f, 0x8b]] },
  { format: 'zstd', starts: [[0x28, 0xb5, 0x2f, 0xfd]] },
  { format: 'lz4', starts: [[0x04, 0x22, 0x4d, 0x18]] },
  { format: 'zlib', starts: [0x01, 0x9c, 0xda].map((level) => [0x78, level]) },
  { format: 'java', starts: [[0xac, 0xed, 0x00, 0x05]] },
  { format: 'pickle', starts: [2, 3, 4, 5].map((protocol) => [0x80, protocol]) },
  { format: 'ruby', starts: [[0x04, 0x08]] },
  { format: 'hyperLogLog', starts: [[0x48, 0x59, 0x4c, 0x4c]] },
];

const PHP = /^(?:a:\d+:\{|[OC]:\d+:"|s:\d+:"|[ibd]:[-+.\dE]+;|N;$)/;
/** What may follow the bracket in JSON: "[object Object]" is a mistake of some program, and no array. */
const JSON_START = /^(?:\{\s*(?:["}]|$)|\[\s*(?:["{[\]\-\d]|true|false|null|$)|")/;
const JSON_WORD = /^(?:true|false|null)$/;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const MARKUP = /^<[!?/a-zA-Z]/;
const CONTROLS = /[\p{Cc}]/u;

/**
 * Which kind of bytes a string value holds. `bytes` is its start, or all of it when `isWhole`. Some 32 bytes suffice; 72 also
 * reach past the header of an entry of our library. Formats: RULES 2.1 (magic bytes), with the walks of MessagePack and
 * protobuf checked further than by their first byte, which random bytes have once in seven times.
 */
export function fingerprintOf(bytes: Uint8Array, isWhole: boolean): Fingerprint {
  const header = parseEntryHeader(bytes);
  if (header === null) return { format: formatOf(bytes, isWhole), isLibraryEntry: false, isNegative: false };
  const { isNegative, payloadOffset } = header;
  const format = isNegative ? 'empty' : payloadFormat(bytes.subarray(payloadOffset), isWhole);
  return { format, isLibraryEntry: true, isNegative };
}

/** Begins what the library's own MessagePack serialiser wrote (cache/store/msgpackSerialiser.ts). */
const MSGPACK_MARK = 0xc1;

function payloadFormat(payload: Uint8Array, isWhole: boolean): ValueFormat {
  return payload[0] === MSGPACK_MARK ? 'msgpack' : formatOf(payload, isWhole);
}

function formatOf(bytes: Uint8Array, isWhole: boolean): ValueFormat {
  if (bytes.length === 0) return 'empty';
  for (const { format, starts } of magics) {
    if (starts.some((start) => start.every((byte, at) => bytes[at] === byte))) return format;
  }
  const text = textOf(bytes, isWhole);
  if (text !== null) return textFormat(text, isWhole);
  if (isMsgpackStart(bytes, isWhole)) return 'msgpack';
  if (isProtobufStart(bytes, isWhole)) return 'protobuf';
  return isRandom(bytes) ? 'random' : 'binary';
}

function textFormat(text: string, isWhole: boolean): ValueFormat {
  const trimmed = text.trimStart();
  if (PHP.test(text)) return 'php';
  if (MARKUP.test(trimmed)) return 'markup';
  if (NUMBER.test(trimmed.trimEnd())) return 'number';
  if (JSON_WORD.test(trimmed.trimEnd())) return 'json';
  if (!JSON_START.test(trimmed)) return 'text';
  return !isWhole || isJson(trimmed) ? 'json' : 'text';
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** The bytes as text; null when they are no UTF-8 or hold control characters. The last character may be cut. */
function textOf(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return CONTROLS.test(text.replaceAll(/[\t\n\r]/g, '')) ? null : text;
  } catch {
    return null;
  }
}

/** Fewer bytes say nothing of how evenly they are spread. */
const MIN_RANDOM_BYTES = 32;
/**
 * Bits a byte below the entropy that as many random bytes have on average. Ours: few random starts lie further below (the test bounds
 * them at 5 %); structured bytes, with their zeros and letters, do.
 */
const ENTROPY_SLACK_BITS = 0.3;

/** As evenly spread as compressed or encrypted bytes are. A start is too short for the usual 7.5 bits a byte of whole values. */
function isRandom(bytes: Uint8Array): boolean {
  const { length } = bytes;
  if (length < MIN_RANDOM_BYTES) return false;
  const counts = new Map<number, number>();
  let highCount = 0;
  for (const byte of bytes) {
    counts.set(byte, (counts.get(byte) ?? 0) + 1);
    if (byte >= 0x80) highCount += 1;
  }
  let bits = 0;
  for (const count of counts.values()) bits -= (count / length) * Math.log2(count / length);
  const highRatio = highCount / length;
  // Each pair of equal bytes, one in 256, costs 2 / length bits; there are length * (length - 1) / 2 pairs.
  const expectedBits = Math.log2(length) - (length - 1) / 256;
  return bits >= expectedBits - ENTROPY_SLACK_BITS && highRatio > 0.25 && highRatio < 0.75;
}
