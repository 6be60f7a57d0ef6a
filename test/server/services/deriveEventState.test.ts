import { expect, test } from 'vitest';
import { deriveEventState } from '#server/services/deriveEventState.ts';

const events = (openedCount: number, closedCount: number, succeededCount = 0, rejectedCount = 0) => ({
  ...{ openedCount, closedCount, succeededCount, rejectedCount },
});

test.each([
  ['never opened', null, events(0, 0), null, 'closed'],
  ['opened and never closed', null, events(2, 0), null, 'open'],
  ['did both before it was first read', null, events(2, 1), null, null],
  ['opened since', events(2, 2), events(3, 2), 'closed', 'open'],
  ['closed since', events(3, 2), events(3, 3), 'open', 'closed'],
  ['did nothing since', events(3, 2), events(3, 2, 9), 'open', 'open'],
  ['did both since', events(1, 1), events(2, 2), 'closed', null],
  ['unknown, and calls are rejected', events(2, 1), events(2, 1, 0, 5), null, 'open'],
  ['unknown, and calls go well', events(2, 1), events(2, 1, 5, 0), null, 'closed'],
  ['unknown, and both happen', events(2, 1), events(2, 1, 5, 5), null, null],
  ['began anew', events(5, 4), events(0, 0), 'open', 'closed'],
] as const)('one that %s', (_, before, now, known, state) => {
  expect(deriveEventState(before, now, known)).toBe(state);
});

test('without events nothing is derived', () => {
  expect(deriveEventState(null, null, 'open')).toBeNull();
});
