import { describe, expect, test } from 'vitest';
import { MAX_SERIES, parseExposition } from '#server/sources/parseExposition.ts';

function samples(text: string): unknown[] {
  return parseExposition(text).samples.map(({ name, labels, value }) => [
    name,
    Object.fromEntries(labels),
    value,
  ]);
}

describe('parseExposition', () => {
  test.each<[string, string, unknown[]]>([
    ['a plain sample', 'up 1', ['up', {}, 1]],
    ['labels', 'a{b="c",d="e"} 2', ['a', { b: 'c', d: 'e' }, 2]],
    ['spaces and a comma at the end', 'a { b = "c" , } 2', ['a', { b: 'c' }, 2]],
    ['empty braces', 'a{} 2', ['a', {}, 2]],
    ['a timestamp', 'a{b="c"} 2 1395066363000', ['a', { b: 'c' }, 2]],
    ['a timestamp of OpenMetrics', 'a 2 1395066363.5', ['a', {}, 2]],
    ['an exemplar', 'a_bucket{le="1"} 17 1.5 # {trace="x} 9"} 0.67 1.6', ['a_bucket', { le: '1' }, 17]],
    ['an exemplar without a timestamp', 'a_total 17 # {trace="x"} 0.67', ['a_total', {}, 17]],
    ['escapes', 'a{b="q\\"s\\\\n\\nz\\t"} 1', ['a', { b: 'q"s\\n\nz\\t' }, 1]],
    ['braces and commas in a value', 'a{b="{x},{y}=1"} 1', ['a', { b: '{x},{y}=1' }, 1]],
    ['a quoted name', '{"my.metric",b="c"} 1', ['my.metric', { b: 'c' }, 1]],
    ['a quoted label', 'a{"b.c"="d"} 1', ['a', { 'b.c': 'd' }, 1]],
    ['an exponent', 'a -1.5e+3', ['a', {}, -1500]],
    ['infinity', 'a{le="+Inf"} +Inf', ['a', { le: '+Inf' }, Number.POSITIVE_INFINITY]],
    ['minus infinity', 'a -Inf', ['a', {}, Number.NEGATIVE_INFINITY]],
    ['not a number', 'a NaN', ['a', {}, Number.NaN]],
    ['letters of any script', 'a{b="käse \u202e"} 1', ['a', { b: 'käse \u202e' }, 1]],
  ])('reads %s', (_name, line, expected) => {
    expect(samples(line)).toEqual([expected]);
    expect(parseExposition(line).problem).toBe('');
  });

  test('skips comments, types, empty lines, and takes Windows line ends', () => {
    const text = '# HELP a A.\r\n# TYPE a counter\r\n\r\na 1\r\n# UNIT a s\n# EOF\n';
    expect(samples(text)).toEqual([['a', {}, 1]]);
  });

  test.each([
    'a',
    'a{b="c" 1',
    'a{b="c"}',
    'a{b=c} 1',
    'a{="c"} 1',
    'a{b="c"d="e"} 1',
    'a{b="c} 1',
    'a{b="c\\',
    '1a 2',
    'a x',
    'a 1 x',
    'a 0x10',
    'a 1_000',
    '{} 1 2 3',
    '<html><body>no</body></html>',
    '}{',
    '\0\0\0',
  ])('leaves out %j, says so and goes on', (line) => {
    const { samples: read, problem } = parseExposition(`ok 1\n${line}\nok 2\n`);
    expect(read.map((sample) => sample.value)).toEqual([1, 2]);
    expect(problem).toBe('1 line could not be read; the first is line 2.');
  });

  test('keeps names that would reach a prototype as plain data', () => {
    const [sample] = parseExposition('a{__proto__="x",constructor="y"} 1').samples;
    expect([...(sample?.labels ?? [])]).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ]);
  });

  test('stops at the bound on series and says so', () => {
    const text = Array.from({ length: MAX_SERIES + 1 }, (_, at) => `a{b="${at}"} 1`).join('\n');
    const { samples: read, problem } = parseExposition(text);
    expect(read).toHaveLength(MAX_SERIES);
    expect(problem).toContain('more than 50000 series');
  });

  test('garbage never throws, however long', () => {
    const alphabet = 'a{}"=\\,# \n1\t+e.';
    let state = 3;
    for (let run = 0; run < 5_000; run += 1) {
      let text = '';
      for (let at = 0; at < 40; at += 1) {
        state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
        text += alphabet[Math.floor((state / 2 ** 32) * alphabet.length)] ?? '';
      }
      expect(() => parseExposition(text)).not.toThrow();
    }
    expect(() => parseExposition(`a{b="${'\\\\'.repeat(2_000_000)}"} 1`)).not.toThrow();
    expect(() => parseExposition('{'.repeat(1_000_000))).not.toThrow();
  });
});
