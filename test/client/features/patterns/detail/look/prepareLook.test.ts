import { describe, expect, it } from 'vitest';
import {
  LOOK_COST,
  type Look,
  prepareFormats,
  prepareLookBasis,
  prepareUse,
} from '#client/features/patterns/detail/look/prepareLook.ts';
import { known, unknown } from '#shared/reading.ts';
import { wilson } from '#shared/statistics.ts';
import { lookOf } from './lookFixture.ts';

const plain = (text: string | null | undefined) => text?.replaceAll('\u202f', ' ') ?? null;

it('says the cost of a look before it is taken', () => {
  expect(LOOK_COST.join(' ')).toMatch(/72 bytes of 20 values.*up to 240 look-ups.*Before Redis 7\.2/s);
});

describe('prepareFormats', () => {
  const mix = { sampledCount: 20, shares: [], shapes: [], unshapedCount: 0 };

  it('names types, formats and whose entries they are, with counts and intervals', () => {
    const { bars } = prepareFormats({
      ...mix,
      shares: [
        { type: 'string', format: 'json', isLibraryEntry: true, count: 17 },
        { type: 'string', format: 'markup', isLibraryEntry: false, count: 1 },
        { type: 'string', format: 'empty', isLibraryEntry: true, count: 1 },
        { type: 'hash', format: null, isLibraryEntry: false, count: 1 },
      ],
    });
    expect(bars.map(({ label, text }) => [label, text])).toEqual([
      ['JSON in entries of cachescope/cache', '17 of 20'],
      ['HTML or XML', '1 of 20'],
      ['“not found”, kept by cachescope/cache', '1 of 20'],
      ['hash', '1 of 20'],
    ]);
    expect(plain(bars[0]?.interval)).toBe('64.0 % to 94.8 % (95 %)');
  });

  it('tells whether JSON objects have the same fields, and of which that is not known', () => {
    const shape = { hash: 'aaaa0000', fieldCount: 6, count: 17 };
    expect(prepareFormats({ ...mix, shapes: [shape], unshapedCount: 2 }).notes).toEqual([
      'All 17 JSON objects that were read whole have the same 6 fields.',
      '2 longer than 4 KiB were not looked into.',
    ]);
    const other = { hash: 'bbbb1111', fieldCount: 1, count: 3 };
    expect(prepareFormats({ ...mix, shapes: [shape, other] }).notes).toEqual([
      'JSON objects have 2 different sets of fields: 17 × 6 fields (aaaa0000), 3 × 1 field (bbbb1111).',
    ]);
    expect(prepareFormats(mix).notes).toEqual([]);
  });
});

describe('prepareUse', () => {
  const facts = (more: Partial<Look> = {}) =>
    prepareUse(lookOf(more)).map(({ label, value, basis }) => [label, plain(value), plain(basis)]);

  it('shows the share of keys that nobody reads with its interval, and whom it leaves out', () => {
    expect(facts()).toEqual([
      [
        'Never read',
        '~30.0 %',
        '6 of 20 keys by idle time against age, 14.5 % to 51.9 % (95 %); left out: 70 of unknown age, 4 too young',
      ],
      ['Unused for, p50', '2 min', 'since read or written; 94 keys'],
      ['Unused for, p90', '9 min', 'since read or written; 94 keys'],
    ]);
  });

  it('calls keys seldom read under LFU, whose counter of a read key falls back', () => {
    const share = wilson(2, 4) ?? { ratio: 0, low: 0, high: 0 };
    const neverRead = known(
      {
        ...{ basis: 'frequency' as const, neverReadCount: 2, judgedCount: 4, share },
        ...{ unknownAgeCount: 0, youngCount: 0, touchedCount: 0 },
      },
      0,
      '',
    );
    expect(facts({ neverRead })[0]?.slice(0, 2)).toEqual(['Never or seldom read', '~50.0 %']);
  });

  it('shows no number for what is not known, and says why', () => {
    const why = unknown('notPermitted', 'The Redis user may not run OBJECT IDLETIME.');
    expect(facts({ neverRead: why, idle: why })).toEqual([
      ['Never read', null, why.detail],
      ['Unused for', null, why.detail],
    ]);
  });
});

it('says what was asked and what it did to the keys', () => {
  expect(prepareLookBasis(lookOf())).toBe(
    '100 keys asked; 2 gone since the sample; 220 look-ups of ours subtracted; idle times left as they were.',
  );
  expect(prepareLookBasis(lookOf({ isTouching: true, deniedCount: 3 }))).toContain(
    '3 not permitted; 220 look-ups of ours subtracted; the keys whose values were read look used just now',
  );
});
