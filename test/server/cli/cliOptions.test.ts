import { expect, test } from 'vitest';
import { parseCliOptions } from '#server/cli/cliOptions.ts';

test('without options it is the last hour of the server on this machine', () => {
  expect(parseCliOptions([])).toEqual({
    url: 'http://127.0.0.1:7676',
    isJson: false,
    isHelp: false,
    range: { last: '1h' },
    compare: 'none',
  });
});

test('takes values as words or after =', () => {
  expect(
    parseCliOptions(['--json', '--last', '7d', '--url=http://h:1/x?a=b', '--compare=before']),
  ).toMatchObject({
    url: 'http://h:1/x?a=b',
    isJson: true,
    range: { last: '7d' },
    compare: 'before',
  });
});

test('a fixed range is two times', () => {
  const words = ['--from', '2026-03-02T10:00Z', '--to', String(Date.UTC(2026, 2, 2, 11))];
  expect(parseCliOptions(words).range).toEqual({
    fromMs: Date.UTC(2026, 2, 2, 10),
    toMs: Date.UTC(2026, 2, 2, 11),
  });
});

test.each([
  [['--jsn'], '--jsn is not known.'],
  [['--last', '2h'], 'say --last 15m'],
  [['--last'], '--last needs a value.'],
  [['--json', '--json'], 'given twice'],
  [['--from', '2026-03-02'], 'belong together'],
  [['--from', 'noon', '--to', '2026-03-02'], 'noon is no time'],
  [['--from', '2026-03-03', '--to', '2026-03-02'], '--from before --to'],
  [['--last', '1h', '--from', '2026-03-02', '--to', '2026-03-03'], 'Say --last, or'],
  [['--url', 'localhost'], 'no http:// address'],
  [['--compare', 'tomorrow'], 'nothing to compare with'],
])('%j is refused: %s', (words, message) => {
  expect(() => parseCliOptions(words)).toThrow(message);
});
