import { describe, expect, it } from 'vitest';
import { prepareSizeHistogram } from '#client/charts/size/prepareSizeHistogram.ts';
import { deriveSizeDistribution } from '#server/sources/deriveSampleParts.ts';

const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');
const sizesOf = (sizes: readonly (number | null)[]) =>
  deriveSizeDistribution(sizes.map((bytes) => ({ bytes })));

describe('prepareSizeHistogram', () => {
  it('shows the share of keys in each bucket, and what they hold of the bytes', () => {
    const { bars, summary } = prepareSizeHistogram(sizesOf([100, 100, 100, 3_000]), false);
    const held = bars.filter(({ value }) => value > 0);
    expect(held.map(({ label, value, basis }) => [plain(label), value, plain(basis)])).toEqual([
      ['64 B to 128 B', 0.75, '3 of 4 sampled keys, 9.1 % of their bytes'],
      ['2.0 KiB to 4.0 KiB', 0.25, '1 of 4 sampled keys, 90.9 % of their bytes'],
    ]);
    expect(plain(summary)).toBe(
      'Half of the keys take up to 100 B, 95 % up to 2.9 KiB, the largest 2.9 KiB. Of 4 sampled keys.',
    );
    expect(bars).toHaveLength(9);
  });

  it('carries the error of a sample, and none when every key was read', () => {
    const [sampled] = prepareSizeHistogram(sizesOf([1, 1]), false).bars;
    expect(sampled).toMatchObject({ value: 1, high: 1 });
    expect(sampled?.low).toBeLessThan(0.5);
    expect(prepareSizeHistogram(sizesOf([1, 1]), true).bars[0]?.low).toBeUndefined();
  });

  it('says of how many keys Redis did not tell the size, and draws nothing where it told none', () => {
    expect(plain(prepareSizeHistogram(sizesOf([100, null]), true).summary)).toContain(
      'Of 1 keys; of 1 more Redis did not tell it.',
    );
    expect(prepareSizeHistogram(sizesOf([null]), false)).toEqual({
      bars: [],
      summary: 'The size of no key is known.',
    });
  });

  it('gives the last bucket no upper bound', () => {
    const { bars } = prepareSizeHistogram(sizesOf([2 ** 34]), true);
    expect(plain(bars.at(-1)?.label)).toBe('over 512 MiB');
  });
});
