import { describe, expect, it } from 'vitest';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

/** mulberry32: the same bytes in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const hostileTexts = [
  '<img src=x onerror=alert(1)>',
  '"><svg/onload=1>',
  'javascript:alert(1)',
  '{{7*7}}',
  `$\{7*7}`,
  '__proto__',
  'constructor',
  'toString',
  '',
  'k'.repeat(512 * 1024),
  '\u0000',
  'a\r\nFLUSHALL\r\n',
  'user:\u202Egnp.exe',
  'zero\u200Bwidth',
  '\uFEFFmark',
  '*?[a-z]',
  '../../etc/passwd',
  '\u001b[31mred',
  '=cmd|calc',
  'back\\slash',
  'Grüße:日本:🙂',
];

const hostileBytes = [
  new Uint8Array([0xff]),
  new Uint8Array([0xed, 0xa0, 0x80]),
  new Uint8Array([0xc0, 0xaf]),
  new Uint8Array([0xf4, 0x90, 0x80, 0x80]),
  new Uint8Array([0x61, 0xe2, 0x82]),
  ...hostileTexts.map(utf8),
];

describe('formatKey', () => {
  it.each([
    ['user:123', 'user:123'],
    ['a b', 'a b'],
    ['Grüße:日本', 'Grüße:日本'],
    ['🙂', '🙂'],
    ['a\\b', 'a\\\\b'],
    ['a\u0000b', 'a\\x00b'],
    ['a\r\nFLUSHALL', 'a\\x0d\\x0aFLUSHALL'],
    ['user:\u202Egnp', 'user:\\xe2\\x80\\xaegnp'],
    ['zero\u200Bwidth', 'zero\\xe2\\x80\\x8bwidth'],
    ['\uFEFFmark', '\\xef\\xbb\\xbfmark'],
    ['no\u00A0break', 'no\\xc2\\xa0break'],
    ['\u001b[31m', '\\x1b[31m'],
  ])('shows %j as %s', (key, text) => {
    expect(formatKey(utf8(key))).toBe(text);
  });

  it('escapes bytes that are not UTF-8 one by one', () => {
    expect(formatKey(new Uint8Array([0x61, 0xff, 0xed, 0xa0, 0x80, 0xc0, 0xaf]))).toBe(
      'a\\xff\\xed\\xa0\\x80\\xc0\\xaf',
    );
  });

  it('gives back the same bytes for every hostile key', () => {
    for (const bytes of hostileBytes) expect(parseKey(formatKey(bytes))).toEqual(bytes);
  });

  it('gives back the same bytes for 20,000 random keys, and shows no hidden character', () => {
    const random = seeded(20_261_123);
    for (let round = 0; round < 20_000; round += 1) {
      const bytes = Uint8Array.from({ length: Math.floor(random() * 40) }, () => {
        const kind = random();
        if (kind < 0.4) return 0x20 + Math.floor(random() * 0x5f);
        return kind < 0.7 ? 0x80 + Math.floor(random() * 0x80) : Math.floor(random() * 256);
      });
      const text = formatKey(bytes);
      if (Buffer.compare(Buffer.from(parseKey(text)), bytes) !== 0) expect(parseKey(text)).toEqual(bytes);
      if (/[^\P{C}]|[\u200b\u202e]/u.test(text)) expect.fail(`hidden character in ${JSON.stringify(text)}`);
    }
  });

  it('gives different keys different texts when only an escape tells them apart', () => {
    expect(formatKey(utf8('\\xff'))).not.toBe(formatKey(new Uint8Array([0xff])));
  });
});

describe('parseKey', () => {
  it('reads what a person types, in either case', () => {
    expect(parseKey('caf\u00e9\\xFF\\\\')).toEqual(
      new Uint8Array([0x63, 0x61, 0x66, 0xc3, 0xa9, 0xff, 0x5c]),
    );
  });

  it.each(['\\', 'a\\n', '\\x', '\\x1', '\\xzz', '\\X41', '\ud800', 'a\udc00b'])('refuses %j', (text) => {
    expect(() => parseKey(text)).toThrow(AppError);
    expect(() => parseKey(text)).toThrow(expect.objectContaining({ code: 'badInput' }));
  });
});
