import { describe, expect, it } from 'vitest';
import { deriveSample, type SampledKey, type SampleInput } from '#server/sources/deriveSample.ts';
import { sizeBucket } from '#shared/histogram/sizeHistogram.ts';
import { ttlBucket } from '#shared/histogram/ttlHistogram.ts';

const NOW = 1_000_000;

function key(text: string, more: Partial<SampledKey> = {}): SampledKey {
  return { text, ttlMs: null, readAtMs: NOW, type: 'string', bytes: 100, ...more };
}

function keysOf(pattern: string, count: number, more: Partial<SampledKey> = {}): SampledKey[] {
  return Array.from({ length: count }, (_, id) => key(`${pattern}:${id}`, more));
}

function sampleOf(keys: readonly SampledKey[], more: Partial<SampleInput> = {}) {
  return deriveSample({
    keys,
    keyCount: keys.length,
    startedAtMs: NOW - 500,
    endedAtMs: NOW,
    isComplete: true,
    earlier: [],
    patternOf: (text) => text.replace(/:\d+$/, ':{id}'),
    ...more,
  });
}

describe('deriveSample', () => {
  it('counts exactly when every key was read', () => {
    const { summary, patterns } = sampleOf([...keysOf('a', 3), ...keysOf('b', 1, { bytes: 7 })]);
    expect(patterns.get('a:{id}')?.keyCount).toEqual({ value: 3, low: 3, high: 3, isExact: true });
    expect(patterns.get('b:{id}')?.bytes).toEqual({ value: 7, low: 7, high: 7, isExact: true });
    expect(summary).toMatchObject({
      sampledCount: 4,
      keyCount: 4,
      isComplete: true,
      patternCount: 2,
      shareErrorPoints: 0,
      bytes: { value: 307, isExact: true },
    });
  });

  it('scales a sample to all keys, with the interval that it allows', () => {
    const keys = [...keysOf('a', 900), ...keysOf('b', 100, { bytes: 1_000 })];
    const { summary, patterns } = sampleOf(keys, { isComplete: false, keyCount: 100_000 });
    const rare = patterns.get('b:{id}');
    expect(rare?.keyCount.value).toBeCloseTo(10_000);
    expect(rare?.keyCount.low).toBeCloseTo(8_291, -1);
    expect(rare?.keyCount.high).toBeCloseTo(12_015, -1);
    expect(rare?.bytes?.value).toBeCloseTo(10_000_000);
    expect(rare?.bytes?.low).toBeCloseTo(8_150_000, -5);
    expect(summary.bytes?.value).toBeCloseTo(19_000_000);
    expect(summary.shareErrorPoints).toBeCloseTo(1.86, 1);
  });

  it('does not know bytes of which a part was refused, and never calls them zero', () => {
    const { summary, patterns } = sampleOf([...keysOf('a', 2), key('a:7', { bytes: null }), key('b:1')]);
    expect(patterns.get('a:{id}')?.bytes).toBeNull();
    expect(patterns.get('a:{id}')?.largest).toHaveLength(2);
    expect(patterns.get('b:{id}')?.bytes?.value).toBe(100);
    expect(summary.bytes).toBeNull();
  });

  it('spreads sizes over buckets, with percentiles of the sizes themselves and the untold ones apart', () => {
    const keys = [
      ...Array.from({ length: 19 }, (_, id) => key(`a:${id}`, { bytes: 65 + id })),
      key('a:19', { bytes: 5_000 }),
    ];
    const { patterns } = sampleOf([...keys, key('a:20', { bytes: null })]);
    const sizes = patterns.get('a:{id}')?.sizes;
    expect(sizes).toMatchObject({
      p50Bytes: 74,
      p95Bytes: 83,
      maxBytes: 5_000,
      sampledCount: 20,
      unknownCount: 1,
    });
    expect(sizes?.bucketCounts[sizeBucket(65)]).toBe(19);
    expect(sizes?.bucketBytes[sizeBucket(5_000)]).toBe(5_000);
  });

  it('knows no size where Redis told none', () => {
    const { patterns } = sampleOf(keysOf('a', 2, { bytes: null }));
    expect(patterns.get('a:{id}')?.sizes).toMatchObject({ p50Bytes: null, maxBytes: null, unknownCount: 2 });
  });

  it('says nothing but zero keys of an empty database', () => {
    const { summary, patterns } = sampleOf([]);
    expect(patterns.size).toBe(0);
    expect(summary).toMatchObject({ sampledCount: 0, keyCount: 0, patternCount: 0, shareErrorPoints: 0 });
    expect(summary.ttl).toMatchObject({ noTtlCount: 0, sampledCount: 0, p50Ms: null, p90Ms: null });
  });

  it('takes percentiles from the TTLs themselves and not from buckets', () => {
    const keys = Array.from({ length: 10 }, (_, index) => key(`a:${index}`, { ttlMs: (index + 1) * 1_001 }));
    const { patterns } = sampleOf([...keys, key('a:99')]);
    const ttl = patterns.get('a:{id}')?.ttl;
    expect(ttl).toMatchObject({ p50Ms: 5_005, p90Ms: 9_009, maxMs: 10_010, noTtlCount: 1, sampledCount: 11 });
    expect(ttl?.bucketCounts[ttlBucket(1_001)]).toBe(1);
    expect(ttl?.bucketCounts.reduce((sum, count) => sum + count, 0)).toBe(10);
  });

  it('forecasts when keys expire, from the moment of the sample on and scaled to all keys', () => {
    const keys = [
      key('a:1', { ttlMs: 5_000 }),
      key('a:2', { ttlMs: 15_000, readAtMs: NOW - 10_000 }),
      key('a:3', { ttlMs: 90_000 }),
      key('a:4', { ttlMs: 5_000, readAtMs: NOW - 8_000 }),
      key('a:5', { ttlMs: 86_400_000 }),
    ];
    const { summary } = sampleOf(keys, { isComplete: false, keyCount: 50 });
    expect(summary.forecast10s).toMatchObject({ fromMs: NOW, stepMs: 10_000 });
    expect(summary.forecast10s.keyCounts).toHaveLength(60);
    expect(summary.forecast10s.keyCounts[0]).toBe(20);
    expect(summary.forecast10s.keyCounts[9]).toBe(10);
    expect(summary.forecast1min.keyCounts).toHaveLength(120);
    expect(summary.forecast1min.keyCounts.slice(0, 2)).toEqual([20, 10]);
  });

  it('forecasts each pattern on the scale of its own sample', () => {
    const expiring = { ttlMs: 5_000 };
    const keys = [...keysOf('common', 18, expiring), ...keysOf('rare', 2, expiring)];
    const earlier = [{ keys: keysOf('rare', 20, { ttlMs: 25_000, readAtMs: NOW - 10_000 }), keyCount: 200 }];
    const { patterns, summary } = sampleOf(keys, { isComplete: false, keyCount: 200, earlier });
    expect(patterns.get('common:{id}')?.forecast10s).toMatchObject({
      fromMs: NOW,
      sampledCount: 18,
      keysPerSample: 10,
      isExact: false,
    });
    expect(patterns.get('common:{id}')?.forecast10s.keyCounts[0]).toBe(180);
    expect(patterns.get('rare:{id}')?.forecast10s).toMatchObject({ sampledCount: 22, keysPerSample: 5 });
    expect(patterns.get('rare:{id}')?.forecast10s.keyCounts.slice(0, 3)).toEqual([10, 100, 0]);
    expect(patterns.get('rare:{id}')?.forecast1min.keyCounts[0]).toBe(110);
    expect(summary.forecast10s).toMatchObject({ sampledCount: 20, keysPerSample: 10 });
  });

  it('forecasts exactly when every key was read', () => {
    const { patterns } = sampleOf(keysOf('a', 3, { ttlMs: 5_000 }));
    const exactly = patterns.get('a:{id}')?.forecast10s;
    expect(exactly).toMatchObject({ isExact: true, keysPerSample: 1, sampledCount: 3 });
    expect(exactly?.keyCounts[0]).toBe(3);
  });

  it('looks rare patterns up in earlier rounds, and only those', () => {
    const keys = [...keysOf('common', 998), ...keysOf('rare', 2)];
    const earlier = [
      {
        keys: [...keysOf('common', 500), ...keysOf('rare', 4), ...keysOf('unseen', 1), ...keysOf('x', 495)],
        keyCount: 9_000,
      },
    ];
    const { patterns, summary } = sampleOf(keys, { isComplete: false, keyCount: 10_000, earlier });
    expect(patterns.get('common:{id}')?.sampledCount).toBe(998);
    expect(patterns.get('rare:{id}')?.sampledCount).toBe(6);
    expect(patterns.get('rare:{id}')?.keyCount.value).toBeCloseTo(30);
    expect(patterns.get('unseen:{id}')?.keyCount.value).toBeCloseTo(5);
    expect(summary.patternCount).toBe(2);
  });

  it('forgets earlier rounds when every key was read', () => {
    const { patterns } = sampleOf(keysOf('a', 2), { earlier: [{ keys: keysOf('gone', 5), keyCount: 5 }] });
    expect([...patterns.keys()]).toEqual(['a:{id}']);
  });

  it('shows types by frequency, a few examples and the largest keys', () => {
    const keys = [
      ...Array.from({ length: 20 }, (_, id) =>
        key(`a:${id}`, { bytes: id * 10, type: id < 15 ? 'hash' : 'string' }),
      ),
      key('a:77', { type: 'set', bytes: 5 }),
    ];
    const sample = sampleOf(keys).patterns.get('a:{id}');
    expect(sample?.types).toEqual(['hash', 'string', 'set']);
    expect(sample?.examples).toEqual(['a:0', 'a:1', 'a:2', 'a:3', 'a:4']);
    expect(sample?.largest.map(({ bytes }) => bytes)).toEqual([190, 180, 170, 160, 150]);
  });

  it('takes hostile names as text', () => {
    const names = ['__proto__', 'constructor', 'toString'];
    const { patterns } = sampleOf(
      names.map((name) => key(name)),
      { patternOf: (text) => text },
    );
    expect([...patterns.keys()]).toEqual(names);
    expect(Object.hasOwn(Object.prototype, 'sampledCount')).toBe(false);
  });
});
