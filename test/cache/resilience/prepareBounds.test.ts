import { expect, it } from 'vitest';
import { prepareBounds } from '#cache/resilience/prepareBounds.ts';

const defaults = { mostCount: 3, waitMs: 5 };

it('takes what is given, and the defaults for the rest', () => {
  expect(prepareBounds(defaults, {})).toEqual({ mostCount: 3, waitMs: 5 });
  expect(prepareBounds(defaults, { waitMs: Infinity })).toEqual({ mostCount: 3, waitMs: Infinity });
});

it.each([0, -1, Number.NaN])('refuses %s by name', (waitMs) => {
  expect(() => prepareBounds(defaults, { waitMs })).toThrow(
    expect.objectContaining({ code: 'badOptions', message: `waitMs must be above 0, and is ${waitMs}.` }),
  );
});

it('lets only what may be zero be zero', () => {
  expect(prepareBounds(defaults, { mostCount: 0 }, { mayBeZero: ['mostCount'] }).mostCount).toBe(0);
  expect(() => prepareBounds(defaults, { mostCount: 0 }, { mayBeZero: ['waitMs'] })).toThrow('mostCount');
});
