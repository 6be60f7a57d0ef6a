import { expect, it } from 'vitest';
import { previewFamily } from '#server/api/patterns/previewFamily.ts';
import { unknown } from '#shared/reading.ts';
import type { PatternSnapshot } from '#shared/snapshot.ts';
import { sampleOf } from '#test/support/patterns/measuredPattern.ts';

function pattern(name: string, keyCount: number, examples: readonly string[]): PatternSnapshot {
  return {
    pattern: name,
    toldSize: null,
    identity: 'pattern',
    isDeclared: false,
    traffic: unknown('notConfigured', ''),
    sample: sampleOf(keyCount, examples),
  };
}

const patterns = [
  pattern('shop:red:{id}', 100, ['shop:red:1', 'shop:red:2']),
  pattern('shop:blue:{id}', 300, ['shop:blue:1']),
  pattern('shop:{slug}', 50, ['shop:green:7', 'shop:all']),
  pattern('user:{id}', 900, ['user:1']),
];

it('gathers the patterns whose keys match, most keys first, and says which do only in part', () => {
  expect(previewFamily('shop:{colour}:{id}', patterns)).toEqual({
    merged: [
      { pattern: 'shop:blue:{id}', keyCount: 300, isWhole: true },
      { pattern: 'shop:red:{id}', keyCount: 100, isWhole: true },
      { pattern: 'shop:{slug}', keyCount: 50, isWhole: false },
    ],
    mergedCount: 3,
    keyCount: 450,
    lookedAtCount: 4,
  });
});

it('gathers nothing where no key matches', () => {
  expect(previewFamily('order:{id}', patterns)).toMatchObject({ merged: [], mergedCount: 0, keyCount: 0 });
});
