import { describe, expect, test } from 'vitest';
import type { MonitorCounts } from '#server/redis/probe/monitorMessages.ts';
import { MAX_PROBED_KEY_BYTES, MonitorScanner } from '#server/redis/probe/monitorScanner.ts';
import { openOwnAddresses } from '#server/redis/probe/ownAddresses.ts';
import { RespProtocolError } from '#server/redis/respParser.ts';
import { formatKey } from '#shared/keyText.ts';

type Seen = [kind: string, ...rest: unknown[]];

const OWN = '127.0.0.1:50001';

function openScanner() {
  const seen: Seen[] = [];
  const ownAddresses = openOwnAddresses();
  ownAddresses.add(OWN);
  const scanner = new MonitorScanner({
    database: 0,
    ownAddresses,
    mark: 'mark:',
    sink: {
      onLookup: (keyText, isMiss) => seen.push([isMiss ? 'miss' : 'hit', keyText]),
      onMark: (number, address) => seen.push(['mark', number, address]),
      onReply: (error) => seen.push(['reply', error]),
    },
  });
  return { scanner, seen };
}

function quoted(bytes: Buffer): string {
  const known: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    '"': '\\"',
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
    '\u0007': '\\a',
    '\b': '\\b',
  };
  const text = [...bytes.toString('latin1')].map((character) => {
    const code = character.charCodeAt(0);
    if (known[character] !== undefined) return known[character];
    return code >= 32 && code < 127 ? character : `\\x${code.toString(16).padStart(2, '0')}`;
  });
  return `"${text.join('')}"`;
}

function line(words: readonly (string | Buffer)[], from = '127.0.0.1:41000', database = 0): string {
  return `+1795649799.280282 [${database} ${from}] ${words.map((word) => quoted(Buffer.from(word))).join(' ')}\r\n`;
}

function missOf(key: string | Buffer): Buffer {
  const bytes = Buffer.from(key);
  const channel = '__keyevent@0__:keymiss';
  const head = `>3\r\n$7\r\nmessage\r\n$${channel.length}\r\n${channel}\r\n$${bytes.length}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n')]);
}

/** Bytes as they come, and what has to be told of them. */
const binary = Buffer.from([0xff, 0, 0x22, 0x5c, 0x0a, 0x0d, 0x07, 0x20, 0x41]);
const scenario: readonly { bytes: string | Buffer; tells: readonly Seen[] }[] = [
  {
    bytes: '>3\r\n$9\r\nsubscribe\r\n$22\r\n__keyevent@0__:keymiss\r\n:1\r\n',
    tells: [['reply', null]],
  },
  { bytes: '+OK\r\n', tells: [['reply', null]] },
  { bytes: line(['get', 'a:1']), tells: [['hit', 'a:1']] },
  { bytes: missOf('a:2'), tells: [] },
  { bytes: line(['GET', 'a:2']), tells: [['miss', 'a:2']] },
  { bytes: line(['GET', 'a:2']), tells: [['hit', 'a:2']] },
  { bytes: missOf('m2'), tells: [] },
  { bytes: missOf('m2'), tells: [] },
  {
    bytes: line(['MGET', 'm1', 'm2', 'm3', 'm2']),
    tells: [
      ['hit', 'm1'],
      ['miss', 'm2'],
      ['hit', 'm3'],
      ['miss', 'm2'],
    ],
  },
  { bytes: missOf(binary), tells: [] },
  { bytes: line(['HGET', binary, 'field']), tells: [['miss', formatKey(binary)]] },
  { bytes: line(['HGETALL', binary]), tells: [['hit', formatKey(binary)]] },
  { bytes: line(['GET', 'with "quotes" and \\ spaces']), tells: [['hit', 'with "quotes" and \\\\ spaces']] },
  { bytes: line(['GET', '']), tells: [['hit', '']] },
  { bytes: line(['SET', 'secret:key', 'VALUE "] \\ of it']), tells: [] },
  { bytes: line(['AUTH', 'user', 'hunter2']), tells: [] },
  { bytes: line(['GET', 'script:key'], 'lua'), tells: [['hit', 'script:key']] },
  { bytes: line(['GET', 'six'], '[::1]:5000'), tells: [['hit', 'six']] },
  { bytes: line(['GET', 'own'], OWN), tells: [] },
  { bytes: line(['GET', 'other'], '127.0.0.1:41000', 12), tells: [] },
  { bytes: line(['PING']), tells: [] },
  { bytes: line(['PING', 'mark:17'], OWN), tells: [['mark', 17, OWN]] },
  { bytes: line(['PING', 'somebody else']), tells: [] },
  { bytes: missOf('set:get'), tells: [] },
  { bytes: line(['SET', 'set:get', 'v', 'GET']), tells: [] },
  { bytes: line(['GET', 'set:get']), tells: [['hit', 'set:get']] },
  { bytes: line(['SET', 'big', 'x'.repeat(200_000)]), tells: [] },
  { bytes: line(['GETRANGE', 'k', '0', 'x'.repeat(3_000)]), tells: [['hit', 'k']] },
  { bytes: line(['GET', 'k'.repeat(MAX_PROBED_KEY_BYTES + 1)]), tells: [] },
  { bytes: missOf('k'.repeat(MAX_PROBED_KEY_BYTES + 1)), tells: [] },
  { bytes: line(['GET', 'after']), tells: [['hit', 'after']] },
  { bytes: line(['MGET', ...Array.from({ length: 200_000 }, (_, at) => `key:${at}`)]), tells: [] },
  { bytes: line(['EXISTS', 'last']), tells: [['hit', 'last']] },
];
const bytes = Buffer.concat(scenario.map((step) => Buffer.from(step.bytes)));
const expected = scenario.flatMap(({ tells }) => tells);

/** A small generator with a seed, so that a failure can be run again. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function checkCounts(counts: MonitorCounts): void {
  expect(counts).toEqual({
    lineCount: scenario.filter((step) => step.bytes.toString().startsWith('+1')).length,
    byteCount: bytes.length,
    lookupCount: expected.filter(([kind]) => kind === 'hit' || kind === 'miss').length,
    ownCount: 1,
    otherDatabaseCount: 1,
    tooLongCount: 2,
    unmatchedMissCount: 1,
  });
}

describe('monitorScanner', () => {
  test('tells look-ups, misses and marks, and nothing of the rest', () => {
    const { scanner, seen } = openScanner();
    for (const step of scenario) {
      const from = seen.length;
      for (let at = 0; at < step.bytes.length; at += 65_536) {
        scanner.push(Buffer.from(step.bytes).subarray(at, at + 65_536));
      }
      expect(seen.slice(from), String(step.bytes).slice(0, 100)).toEqual(step.tells);
    }
    checkCounts(scanner.counts());
    expect(JSON.stringify(seen)).not.toMatch(/VALUE|hunter2|xxx/);
  });

  test.each(Array.from({ length: 12 }, (_, seed) => seed))(
    'tells the same in pieces of any size (seed %i)',
    (seed) => {
      const random = randomOf(seed);
      const { scanner, seen } = openScanner();
      const longest = 2 ** (8 + Math.floor(random() * 9));
      // One buffer for all pieces, as a socket that reads into the same memory gives them.
      const memory = Buffer.alloc(longest);
      for (let at = 0; at < bytes.length; ) {
        const size = Math.min(bytes.length - at, 1 + Math.floor(random() * longest));
        bytes.copy(memory, 0, at, at + size);
        scanner.push(memory.subarray(0, size));
        at += size;
      }
      expect(seen).toEqual(expected);
      checkCounts(scanner.counts());
    },
  );

  test('tells the same byte by byte', () => {
    const { scanner, seen } = openScanner();
    const few = Buffer.concat(scenario.slice(0, 26).map((step) => Buffer.from(step.bytes)));
    for (const byte of few) scanner.push(Buffer.from([byte]));
    expect(seen).toEqual(scenario.slice(0, 26).flatMap(({ tells }) => tells));
  });

  test('tells an error in place of the answer', () => {
    const { scanner, seen } = openScanner();
    scanner.push(Buffer.from('-NOPERM no\r\n'));
    expect(seen).toEqual([['reply', 'NOPERM no']]);
  });

  test.each([
    '$3\r\nabc\r\n',
    '+1795649799.280282 [x 127.0.0.1:1] "get" "a"\r\n',
    '>3\r\n+message\r\n',
    ':1\r\n',
  ])('gives up on %j', (text) => {
    expect(() => openScanner().scanner.push(Buffer.from(text))).toThrow(RespProtocolError);
  });

  test('never throws anything else, and never tells of more than came, whatever the bytes are', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = randomOf(seed);
      const { scanner } = openScanner();
      const few = Buffer.concat(scenario.slice(0, 26).map((step) => Buffer.from(step.bytes)));
      for (let times = 0; times < 3; times += 1) {
        few[Math.floor(random() * few.length)] = Math.floor(random() * 256);
      }
      try {
        for (let at = 0; at < few.length; at += 50) scanner.push(few.subarray(at, at + 50));
      } catch (error) {
        expect(error, `seed ${seed}`).toBeInstanceOf(RespProtocolError);
      }
    }
  });
});
