import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it, test } from 'vitest';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { msgpackSerialiser } from '#cache/store/msgpackSerialiser.ts';
import { fingerprintOf } from '#server/sources/look/fingerprintOf.ts';
import { parseEntryHeader } from '#server/sources/look/parseEntryHeader.ts';
import { valueFormats } from '#shared/look/valueFormat.ts';

const START_BYTES = 72;
const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const utf8 = (text: string) => Buffer.from(text);

function formatOf(value: Uint8Array) {
  return fingerprintOf(value.subarray(0, START_BYTES), value.length < START_BYTES).format;
}

const long = 'lorem ipsum dolor sit amet, consectetur adipiscing elit, sed do eiusmod tempor incididunt';

const examples: readonly (readonly [string, Uint8Array, string])[] = [
  ['gzip', gzipSync(long), 'gzip'],
  ['Zstandard', zstdCompressSync(utf8(long)), 'zstd'],
  ['LZ4 frame', hex('04 22 4d 18 64 40 a7 0c 00 00 80 6c 6f'), 'lz4'],
  ['zlib, fast', deflateSync(long, { level: 1 }), 'zlib'],
  ['zlib, usual', deflateSync(long), 'zlib'],
  ['zlib, best', deflateSync(long, { level: 9 }), 'zlib'],
  ['JSON object', utf8('{"id":7,"name":"Zoë"}'), 'json'],
  ['JSON object, cut within a character', utf8(`{"name":"${'é'.repeat(60)}"}`), 'json'],
  ['JSON array', utf8('[1, 2]'), 'json'],
  ['empty JSON object', utf8('{}'), 'json'],
  ['JSON string', utf8('"a"'), 'json'],
  ['JSON true', utf8('true'), 'json'],
  ['JSON null', utf8('null'), 'json'],
  ['whole number', utf8('-1234'), 'number'],
  ['float', utf8('3.25e10'), 'number'],
  ['what a program wrote in place of JSON', utf8('[object Object]'), 'text'],
  ['a broken JSON object', utf8('{"id":7,'), 'text'],
  ['a date', utf8('2026-11-26T02:00:00Z'), 'text'],
  ['a template', utf8('{{ name }}'), 'text'],
  ['long text', utf8(long), 'text'],
  ['text of another script', utf8('Привет, как дела?'), 'text'],
  ['MessagePack map', hex('82 a2 69 64 07 a4 6e 61 6d 65 a3 5a 6f 65'), 'msgpack'],
  ['MessagePack array', hex('93 01 02 03'), 'msgpack'],
  ['MessagePack map 16', hex(`de 00 10 ${'a1 61 01'.repeat(16)}`), 'msgpack'],
  ['MessagePack map 32', hex(`df 00 00 00 01 a1 61 c0`), 'msgpack'],
  ['MessagePack array 16', hex(`dc 00 10 ${'01'.repeat(16)}`), 'msgpack'],
  ['MessagePack array 32', hex(`dd 00 00 00 01 c0`), 'msgpack'],
  ['pickle 2', hex('80 02 7d 71 00 2e'), 'pickle'],
  ['pickle 5', hex('80 05 95 0b 00 00 00 00 00 00 00'), 'pickle'],
  ['Java', hex('ac ed 00 05 73 72 00 11'), 'java'],
  ['PHP array', utf8('a:1:{s:2:"id";i:7;}'), 'php'],
  ['PHP object', utf8('O:8:"stdClass":0:{}'), 'php'],
  ['PHP string', utf8('s:5:"hello";'), 'php'],
  ['text that is hardly PHP', utf8('a: the first'), 'text'],
  ['Ruby Marshal', hex('04 08 7b 06 3a 07 69 64 69 0c'), 'ruby'],
  ['HTML', utf8('<!doctype html><title>502 Bad Gateway</title>'), 'markup'],
  ['XML after a blank', utf8(' <?xml version="1.0"?>'), 'markup'],
  ['less-than', utf8('< 7'), 'text'],
  ['protobuf', hex('08 96 01 12 07 74 65 73 74 69 6e 67 1d 00 00 80 3f'), 'protobuf'],
  ['HyperLogLog', utf8('HYLL\x01\0\0\0\0\0\0\0'), 'hyperLogLog'],
  ['a bitmap', hex(`00 00 00 08 ${'00'.repeat(80)}`), 'binary'],
  ['nothing', new Uint8Array(0), 'empty'],
];

test.each(examples)('%s is told by its start', (_, value, format) => {
  expect(formatOf(value)).toBe(format);
});

test('every format but the look of randomness has an example', () => {
  const seen = new Set(examples.map(([, , format]) => format));
  expect(valueFormats.filter((format) => !seen.has(format))).toEqual(['random']);
});

/** xorshift32: the same bytes in each run. */
function randomValues(count: number, length: number): Uint8Array[] {
  let state = 0x2545f491;
  return Array.from({ length: count }, () =>
    Uint8Array.from({ length }, () => {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return state & 0xff;
    }),
  );
}

describe('random bytes', () => {
  it('of 72 look compressed or encrypted in 95 of 100 cases, though one in seven begins as MessagePack', () => {
    const formats = randomValues(5_000, 200).map(formatOf);
    const counted = (wanted: string) => formats.filter((format) => format === wanted).length;
    expect(counted('random')).toBeGreaterThan(4_750);
    expect(counted('msgpack')).toBeLessThan(150);
    expect(counted('protobuf')).toBeLessThan(25);
  });

  it('are not seen in a few bytes', () => {
    const formats = new Set(randomValues(200, 16).map(formatOf));
    expect(formats.has('random')).toBe(false);
  });
});

describe('an entry of cachescope/cache', () => {
  const header = {
    isNegative: false,
    isTagged: true,
    softExpiryAtMs: 1_800_000_600_000,
    loadMs: 12,
    version: 3,
    storedAtMs: 1_800_000_000_000,
    owner: NO_OWNER,
  };

  it('is known by its header, which the library and the server read alike', () => {
    const entry = encodeEntry(header, utf8('{"id":7}'));
    expect(fingerprintOf(entry, true)).toEqual({ format: 'json', isLibraryEntry: true, isNegative: false });
    expect(parseEntryHeader(entry)).toEqual({
      isNegative: false,
      softExpiryAtMs: header.softExpiryAtMs,
      storedAtMs: header.storedAtMs,
      loadMs: 12,
      version: 3,
      ownerHash: null,
      payloadOffset: 40,
    });
  });

  it('is MessagePack where the serialiser of the library for it wrote the payload', () => {
    const codec = { pack: () => hex('07'), unpack: () => 7 };
    const entry = encodeEntry(header, msgpackSerialiser(codec).encode(7));
    expect(fingerprintOf(entry, true)).toMatchObject({ format: 'msgpack', isLibraryEntry: true });
  });

  it('may say that the source has no such thing', () => {
    const entry = encodeEntry({ ...header, isNegative: true }, new Uint8Array(0));
    expect(fingerprintOf(entry, true)).toEqual({ format: 'empty', isLibraryEntry: true, isNegative: true });
  });

  it('is none when the header is cut or of another format', () => {
    const entry = encodeEntry(header, utf8('{}'));
    expect(parseEntryHeader(entry.subarray(0, 39))).toBeNull();
    entry[2] = 9;
    expect(fingerprintOf(entry, true).isLibraryEntry).toBe(false);
  });
});
