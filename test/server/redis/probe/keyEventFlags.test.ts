import { expect, test } from 'vitest';
import { areSameEvents, withKeymissEvents } from '#server/redis/probe/keyEventFlags.ts';

test.each([
  ['', 'Em'],
  ['xK', 'xKEm'],
  ['Ex', 'Exm'],
  ['AKE', 'AKEm'],
  ['Em', 'Em'],
])('adds to %j only what is missing', (before, during) => {
  expect(withKeymissEvents(before)).toBe(during);
});

test('takes two spellings of the same events for the same', () => {
  expect(areSameEvents('Em', 'mE')).toBe(true);
  expect(areSameEvents('AKE', 'g$lshzxetdEK')).toBe(true);
  expect(areSameEvents('AKE', 'AKEm')).toBe(false);
  expect(areSameEvents('', 'K')).toBe(false);
});
