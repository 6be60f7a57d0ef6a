import { expect, it } from 'vitest';
import { estimateBytes, judgeRoom, type MemoryRoom } from '#server/jobs/warm/judgeRoom.ts';
import { exact } from '#shared/statistics.ts';
import { measuredPattern } from '#test/support/patterns/measuredPattern.ts';

const limited: MemoryRoom = { usedBytes: 600, maxBytes: 1_000, isLimited: true, isNoEviction: false };
const about = (low: number, value: number, high: number) => ({ low, value, high, isExact: false });

it.each<[string, Parameters<typeof judgeRoom>, ReturnType<typeof judgeRoom>]>([
  ['is there below the limit', [about(1, 300, 400), limited], 'fits'],
  ['may be missing', [about(1, 300, 401), limited], 'wouldEvict'],
  [
    'may be missing in a Redis that evicts nothing',
    [about(1, 2, 401), { ...limited, isNoEviction: true }],
    'wouldFail',
  ],
  ['is there without a limit', [null, { ...limited, maxBytes: null, isLimited: false }], 'fits'],
  ['is not known without sizes', [null, limited], 'unknown'],
  ['is not known of a Redis that does not say', [exact(1), { ...limited, usedBytes: null }], 'unknown'],
])('room %s', (_, [bytes, room], expected) => {
  expect(judgeRoom(bytes, room)).toBe(expected);
});

it('takes entries to be as large as sampled keys of their patterns, and knows nothing where one was not sampled', () => {
  const sampled = (name: string, bytes: number) => {
    const pattern = measuredPattern(name, { hitsPerSecond: 0, keyCount: 10 });
    if (pattern.sample.state !== 'known') throw new Error('not sampled');
    return {
      ...pattern,
      sample: { ...pattern.sample, value: { ...pattern.sample.value, bytes: exact(bytes) } },
    };
  };
  const preview = {
    entryCount: 100,
    patterns: [
      { pattern: 'a:{id}', count: 75 },
      { pattern: 'b:{id}', count: 25 },
    ],
  };
  const known = [sampled('a:{id}', 1_000), sampled('b:{id}', 5_000)];
  // 100 and 500 bytes a key: 200 on the mean.
  expect(estimateBytes(preview, about(40, 50, 60), known)).toEqual(about(8_000, 10_000, 12_000));
  expect(estimateBytes(preview, about(40, 50, 60), known.slice(1))).toBeNull();
});
