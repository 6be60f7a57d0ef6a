import { expect, test } from 'vitest';
import { compareOf, rangeOf } from '#server/cli/rangeFlags.ts';

test('without flags it is the last hour, compared with nothing', () => {
  expect(rangeOf(new Map())).toEqual({ last: '1h' });
  expect(compareOf(new Map())).toBe('none');
});

test('a fixed range is two times', () => {
  const given = new Map([
    ['--from', '2026-03-02T10:00Z'],
    ['--to', String(Date.UTC(2026, 2, 2, 11))],
  ]);
  expect(rangeOf(given)).toEqual({ fromMs: Date.UTC(2026, 2, 2, 10), toMs: Date.UTC(2026, 2, 2, 11) });
});

test.each([
  [{ '--last': '2h' }, 'say --last 15m'],
  [{ '--from': '2026-03-02' }, 'belong together'],
  [{ '--from': 'noon', '--to': '2026-03-02' }, 'noon is no time'],
  [{ '--from': '2026-03-03', '--to': '2026-03-02' }, '--from before --to'],
  [{ '--last': '1h', '--from': '2026-03-02', '--to': '2026-03-03' }, 'Say --last, or'],
])('%j is refused: %s', (given, message) => {
  expect(() => rangeOf(new Map(Object.entries(given)))).toThrow(message);
});

test('what there is to compare with is told', () => {
  expect(() => compareOf(new Map([['--compare', 'tomorrow']]))).toThrow('nothing to compare with');
});
