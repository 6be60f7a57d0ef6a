import { expect, it } from 'vitest';
import { createLoginLimit } from '#server/access/logins/loginLimit.ts';

function openLimit() {
  let nowMs = 0;
  const limit = createLoginLimit(() => nowMs);
  return {
    limit,
    advance: (ms: number) => {
      nowMs += ms;
    },
    /** How many of `tries` are let through. */
    tries: (count: number, attempt: (index: number) => { name: string; address: string }) =>
      Array.from({ length: count }, (_, index) => limit.take(attempt(index))).filter((it) => it === null)
        .length,
  };
}

it('lets five through for one name, from wherever they come, then one in 30 s', () => {
  const { limit, advance, tries } = openLimit();
  expect(tries(20, (index) => ({ name: 'ada', address: `10.0.0.${index}` }))).toBe(5);
  expect(limit.take({ name: 'ada', address: '10.0.1.1' })).toEqual({ waitMs: 30_000, of: 'name' });
  advance(29_999);
  expect(limit.take({ name: 'ada', address: '10.0.1.1' })).toEqual({ waitMs: 1, of: 'name' });
  advance(1);
  expect(tries(3, () => ({ name: 'ada', address: '10.0.1.1' }))).toBe(1);
});

it('lets 30 through from one address, whatever the names, then one in 3 s', () => {
  const { limit, advance, tries } = openLimit();
  expect(tries(100, (index) => ({ name: `user${index}`, address: '10.0.0.1' }))).toBe(30);
  expect(limit.take({ name: 'new', address: '10.0.0.1' })).toEqual({ waitMs: 3_000, of: 'address' });
  expect(limit.take({ name: 'new', address: '10.0.0.2' })).toBeNull();
  advance(3_000);
  expect(tries(3, (index) => ({ name: `again${index}`, address: '10.0.0.1' }))).toBe(1);
});

it('bounds the guesses at one name in a day to what the guide says', () => {
  const { advance, tries } = openLimit();
  let guessCount = 0;
  for (let second = 0; second < 86_400; second += 10) {
    guessCount += tries(2, () => ({ name: 'ada', address: `10.0.${second % 250}.1` }));
    advance(10_000);
  }
  expect(guessCount).toBeLessThanOrEqual(2_880 + 5);
});

it('frees the name after a right password, and the address of that try only', () => {
  const { limit, tries } = openLimit();
  const own = { name: 'ada', address: '10.0.0.1' };
  expect(tries(5, () => own)).toBe(5);
  limit.giveBack(own);
  expect(tries(9, () => own)).toBe(5);
  expect(tries(100, (index) => ({ name: `user${index}`, address: '10.0.0.1' }))).toBe(30 - 9);
});
