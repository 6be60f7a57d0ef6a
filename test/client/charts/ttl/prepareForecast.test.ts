import { describe, expect, it } from 'vitest';
import { prepareForecast } from '#client/charts/ttl/prepareForecast.ts';

const FROM_MS = Date.UTC(2026, 10, 23, 15, 0, 0);
const plain = (text: string) => text.replaceAll('\u202f', ' ');
const steady = Array.from({ length: 60 }, () => 30);

function withStep(index: number, keyCount: number): readonly number[] {
  return steady.map((count, at) => (at === index ? keyCount : count));
}

function model(keyCounts: readonly number[], more: { keysPerSample?: number; nowMs?: number } = {}) {
  const keysPerSample = more.keysPerSample ?? 1;
  return prepareForecast({
    forecast: {
      fromMs: FROM_MS,
      stepMs: 10_000,
      keyCounts,
      sampledCount: 2_000,
      keysPerSample,
      isExact: keysPerSample === 1,
    },
    nowMs: more.nowMs ?? FROM_MS,
  });
}

describe('prepareForecast', () => {
  it.each([
    ['even expiry has no cliff', steady, 1, []],
    ['a step of ten times the others is one', withStep(12, 300), 1, [12]],
    ['twice the others is not', withStep(12, 60), 1, []],
    ['a step held up by few sampled keys is noise', withStep(12, 3_000), 200, []],
    ['the same step with enough sampled keys is one', withStep(12, 3_000), 100, [12]],
    ['everything at once is one', steady.map((_, at) => (at === 3 ? 500 : 0)), 1, [3]],
    ['nothing that expires has none', steady.map(() => 0), 1, []],
  ])('%s', (_claim, keyCounts, keysPerSample, cliffs) => {
    const { bars } = model(keyCounts, { keysPerSample });
    expect(bars.flatMap((bar, index) => (bar.isCliff ? [index] : []))).toEqual(cliffs);
  });

  it('leaves out steps that are over, and counts only what is still to come', () => {
    const { bars, expiringCount } = model(steady, { nowMs: FROM_MS + 25_000 });
    expect(bars[0]?.fromMs).toBe(FROM_MS + 20_000);
    expect(expiringCount).toBe(58 * 30);
  });

  it('names the largest cliffs first and counts the others', () => {
    const counts = steady.map((count, at) => (at % 15 === 7 ? 1_000 + at : count));
    const { cliffs, moreCliffs } = model(counts);
    expect(cliffs.map(({ atMs }) => (atMs - FROM_MS) / 10_000)).toEqual([52, 37, 22]);
    expect(moreCliffs).toBe(1);
    expect(cliffs[0]?.text.replaceAll('\u202f', ' ')).toMatch(
      /^1,052 keys expire within 10 s at \d\d:\d\d:\d\d$/,
    );
  });

  it('marks a count as estimated, with its interval and basis, unless every key was read', () => {
    const exact = model(steady);
    expect(exact.summary).toMatch(/^1,800 keys expire by \d\d:\d\d; no cliff$/);
    expect(exact.basis).toBe('from all 2,000 keys');
    expect(exact.bars[0]?.interval).toBeNull();
    const sampled = model(steady, { keysPerSample: 12 });
    expect(plain(sampled.summary)).toMatch(
      /^~1,800 keys expire by \d\d:\d\d, 1,534 to 2,112 \(95 %\); no cliff$/,
    );
    expect(sampled.basis).toBe('from a sample of 2,000 keys');
  });

  it.each([
    ['a step that holds no sampled key may hold some', 0, 30, '0 to 115 (95 %)'],
    ['few sampled keys say little', 150, 30, '64 to 351 (95 %)'],
    ['it never ends below the keys that were seen', 1, 1.02, '1 to 6 (95 %)'],
  ])('%s', (_claim, keyCount, keysPerSample, interval) => {
    const { bars } = model([keyCount * (keysPerSample === 1.02 ? 1.02 : 1), 0], { keysPerSample });
    expect(plain(bars[0]?.interval ?? '')).toBe(interval);
  });

  it('gives each step the ends of its interval to draw, and an exact one none but itself', () => {
    const [bar] = model([150, 0], { keysPerSample: 30 }).bars;
    expect([bar?.low, bar?.keyCount, bar?.high]).toEqual([64, 150, 351]);
    const [exact] = model([150, 0]).bars;
    expect([exact?.low, exact?.high]).toEqual([150, 150]);
  });

  it('says of a cliff that it is an estimate', () => {
    const [cliff] = model(withStep(12, 3_000), { keysPerSample: 100 }).cliffs;
    expect(plain(cliff?.text ?? '')).toMatch(
      /^about 3,000 keys expire within 10 s at .*, 2,102 to 4,283 \(95 %\)$/,
    );
  });
});
