import { describe, expect, test } from 'vitest';
import {
  MAX_BULK_BYTES,
  openRespParser,
  RespError,
  RespProtocolError,
  type RespValue,
} from '#server/redis/respParser.ts';

function encode(value: RespValue): Buffer {
  if (value === null) return Buffer.from('$-1\r\n');
  if (typeof value === 'number') return Buffer.from(`:${value}\r\n`);
  if (typeof value === 'string') return Buffer.from(`+${value}\r\n`, 'latin1');
  if (value instanceof RespError) return Buffer.from(`-${value.text}\r\n`, 'latin1');
  if (value instanceof Uint8Array) {
    return Buffer.concat([Buffer.from(`$${value.length}\r\n`), value, Buffer.from('\r\n')]);
  }
  return Buffer.concat([Buffer.from(`*${value.length}\r\n`), ...value.map(encode)]);
}

const sample: readonly RespValue[] = [
  [Buffer.from('17'), [Buffer.from('a\r\n$5\r\nb'), Buffer.alloc(0), Buffer.from([0xff, 0, 0xfe])]],
  -2,
  0,
  9_007_199_254_740_991,
  'none',
  '',
  null,
  new RespError('NOPERM no'),
  [],
  [[[1]], null, new RespError('ERR in a list')],
];
const bytes = Buffer.concat(sample.map(encode));

/** A small generator with a seed, so that a failure can be run again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('respParser', () => {
  test('reads replies of every kind', () => {
    expect(openRespParser().push(bytes)).toEqual(sample);
  });

  test('keeps words of the same length apart', () => {
    const words = ['hash', 'hash', 'none', 'zset', 'list', 'lisa', 'lis', ''];
    expect(openRespParser().push(Buffer.concat(words.map(encode)))).toEqual(words);
  });

  test('gives the same replies wherever the bytes are split', () => {
    for (let at = 0; at <= bytes.length; at += 1) {
      const parser = openRespParser();
      const replies = [...parser.push(bytes.subarray(0, at)), ...parser.push(bytes.subarray(at))];
      expect(replies).toEqual(sample);
    }
  });

  test('gives the same replies byte by byte', () => {
    const parser = openRespParser();
    expect([...bytes].flatMap((byte) => parser.push(Uint8Array.of(byte)))).toEqual(sample);
  });

  test('gives the same replies in chunks of any size', () => {
    const random = randomOf(7);
    for (let run = 0; run < 500; run += 1) {
      const parser = openRespParser();
      const replies: RespValue[] = [];
      for (let at = 0; at < bytes.length; ) {
        const size = 1 + Math.floor(random() * 40);
        replies.push(...parser.push(bytes.subarray(at, at + size)));
        at += size;
      }
      expect(replies).toEqual(sample);
    }
  });

  test('earlier replies keep their bytes when more arrive', () => {
    const parser = openRespParser();
    const [first] = parser.push(Buffer.from('$3\r\nabc\r\n$3\r\nd'));
    parser.push(Buffer.from('ef\r\n'));
    expect(first).toEqual(Buffer.from('abc'));
  });

  test('takes a bulk string of megabytes in small chunks without copying it for each', () => {
    const big = Buffer.alloc(4 * 1024 * 1024, 0x61);
    const encoded = encode([big, 1]);
    const parser = openRespParser();
    const startedAt = performance.now();
    const replies: RespValue[] = [];
    for (let at = 0; at < encoded.length; at += 1_024) {
      replies.push(...parser.push(encoded.subarray(at, at + 1_024)));
    }
    const tookMs = performance.now() - startedAt;
    expect(replies).toHaveLength(1);
    const bulk = Array.isArray(replies[0]) ? replies[0][0] : null;
    expect(bulk instanceof Uint8Array && Buffer.compare(bulk, big)).toBe(0);
    // 4,096 copies of up to 4 MB would take seconds.
    expect(tookMs).toBeLessThan(1_000);
  });

  test.each([
    '?\r\n',
    'HTTP/1.1 400 Bad Request\r\n',
    ':12a\r\n',
    ':\r\n',
    ':1\rx',
    `$${MAX_BULK_BYTES + 1}\r\n`,
    '$-2\r\n',
    '$3\r\nabcd\r\n',
    '*-5\r\n',
    '*1000001\r\n',
    `${'*1\r\n'.repeat(20)}:1\r\n`,
    ':99999999999999999999999\r\n',
    `+${'x'.repeat(70_000)}`,
  ])('refuses what is not RESP2 or too much of it (%#)', (text) => {
    expect(() => openRespParser().push(Buffer.from(text))).toThrow(RespProtocolError);
  });

  test('garbage ends in replies or a refusal, never in anything else', () => {
    const random = randomOf(11);
    const alphabet = Buffer.from('+-:$*0123456789\r\n\0ab');
    for (let run = 0; run < 5_000; run += 1) {
      const noise = Buffer.from(
        Array.from({ length: 40 }, () => alphabet[Math.floor(random() * alphabet.length)] ?? 0),
      );
      try {
        openRespParser().push(noise);
      } catch (error) {
        expect(error).toBeInstanceOf(RespProtocolError);
      }
    }
  });
});
