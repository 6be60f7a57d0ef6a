import { expect, test } from 'vitest';
import { parseCliOptions } from '#server/cli/cliOptions.ts';

const known = {
  flags: [
    { flag: '--last', value: 'RANGE', help: '' },
    { flag: '--csv', help: '' },
    { flag: '--key', value: 'KEY', isRepeatable: true, help: '' },
  ],
  mostOperands: 1,
};

test('without options it is the server on this machine', () => {
  expect(parseCliOptions([], known)).toEqual({
    url: 'http://127.0.0.1:7676',
    user: null,
    isJson: false,
    isHelp: false,
    given: new Map(),
    repeated: new Map(),
    operands: [],
  });
});

test('takes values as words or after =, and operands among them', () => {
  const options = parseCliOptions(['--json', 'a.jsonl', '--last', '7d', '--url=http://h:1/x?a=b'], known);
  expect(options).toMatchObject({ url: 'http://h:1/x?a=b', isJson: true, operands: ['a.jsonl'] });
  expect(options.given.get('--last')).toBe('7d');
});

test('keeps all values of a flag that may be repeated, in their order', () => {
  const { repeated } = parseCliOptions(['--key', 'b', '--key=a', '--csv'], known);
  expect(repeated).toEqual(new Map([['--key', ['b', 'a']]]));
});

test.each([
  [['--jsn'], '--jsn is not known.'],
  [['--last'], '--last needs a value.'],
  [['--json', '--json'], 'given twice'],
  [['--csv=yes'], '--csv takes no value.'],
  [['a.jsonl', 'b.jsonl'], 'b.jsonl is not known.'],
  [['--url', 'localhost'], 'no http:// address'],
])('%j is refused: %s', (words, message) => {
  expect(() => parseCliOptions(words, known)).toThrow(message);
});
