import { describe, expect, it } from 'vitest';
import { formatGlob, parseGlob, patternGlob, startGlob } from '#shared/keys/keyGlob.ts';

const latin1 = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');

describe('parseGlob', () => {
  it.each([
    ['product:*', 'product:*'],
    ['a\\*b', 'a\\*b'],
    ['\\\\', '\\\\'],
    ['\\x00*', '\0*'],
    ['\\x2A*', '\\**'],
    ['\\x5c', '\\\\'],
    ['\\xff[a-z]', '\xff[a-z]'],
    ['\\xg', '\\xg'],
    ['ü', '\xc3\xbc'],
  ])('reads %j as the bytes %j', (text, bytes) => {
    expect(latin1(parseGlob(text))).toBe(bytes);
  });

  it.each(['a\\', '\ud800*', 'a'.repeat(257), 'ü'.repeat(129)])('refuses %j', (text) => {
    expect(() => parseGlob(text)).toThrow(expect.objectContaining({ code: 'badInput' }));
  });

  it('is what formatGlob shows, with nothing hidden', () => {
    for (const text of ['a\\*b\\\\*', '\\x00\\xff*', 'ü\\[?', '\\x2a\\x5c']) {
      const bytes = parseGlob(text);
      expect(latin1(parseGlob(formatGlob(bytes)))).toBe(latin1(bytes));
    }
    expect(formatGlob(parseGlob('\u202eabc*'))).toBe('\\xe2\\x80\\xaeabc*');
  });
});

describe('patternGlob', () => {
  it.each([
    ['user:{id}:cart', 'user:*:cart'],
    ['{a}{b}:x', '*:x'],
    ['odd[1]*?:{id}', 'odd\\[1\\]\\*\\?:*'],
    ['x\\{y\\}:{id}', 'x{y}:*'],
    ['back\\\\{id}', 'back\\\\*'],
    ['bin\\x00:{id}', 'bin\\x00:*'],
    ['plain', 'plain'],
  ])('turns %j into %j', (pattern, glob) => {
    expect(patternGlob(pattern)).toBe(glob);
  });

  it('is cut to what a glob may be, and then matches more', () => {
    const glob = patternGlob(`${'ü'.repeat(200)}:{id}`);
    expect(glob).toBe(`${'ü'.repeat(127)}*`);
    expect(parseGlob(glob).length).toBe(255);
    expect(patternGlob(`{id}${'*'.repeat(200)}`).length).toBeLessThanOrEqual(256);
  });
});

it('startGlob takes a name literally', () => {
  expect(startGlob('a*[b]\\\\\\x00')).toBe('a\\*\\[b\\]\\\\\\x00*');
});
