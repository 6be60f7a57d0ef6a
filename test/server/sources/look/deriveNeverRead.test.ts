import { describe, expect, it, test } from 'vitest';
import { deriveNeverRead, type NeverReadInput } from '#server/sources/look/deriveNeverRead.ts';
import type { KeyLook } from '#server/sources/look/readLook.ts';

const NOW = 1_800_000_000_000;
const TTL_MS = 600_000;

function key(more: Partial<KeyLook>): KeyLook {
  return {
    ...{ text: 'a:1', type: 'string', state: 'seen', ttlMs: 500_000, idleMs: 100_000, frequency: null },
    ...{ readAtMs: NOW, value: null },
    ...more,
  };
}

function judge(keys: readonly KeyLook[], more: Partial<NeverReadInput> = {}) {
  return deriveNeverRead({
    keys,
    declaredTtlMs: TTL_MS,
    touchedAtMs: () => null,
    atMs: NOW,
    from: 'keys',
    ...more,
  });
}

const one = (more: Partial<KeyLook>, input: Partial<NeverReadInput> = {}) => {
  const reading = judge([key(more)], input);
  if (reading.state === 'unknown') return reading.reason;
  return reading.value.neverReadCount === 1 ? 'never read' : 'read';
};

describe('under LRU', () => {
  test.each([
    ['idle as long as it is old', { idleMs: 100_000 }, 'never read'],
    ['idle 3 s less than it is old, which the clock of Redis may be off', { idleMs: 97_000 }, 'never read'],
    ['used 4 s after it was written', { idleMs: 96_000 }, 'read'],
    ['used just now', { idleMs: 0 }, 'read'],
    ['too young to tell', { ttlMs: 591_000, idleMs: 9_000 }, 'notEnoughData'],
    ['without a TTL, and so without an age', { ttlMs: null }, 'notConfigured'],
    ['with more TTL left than declared', { ttlMs: 700_000 }, 'notConfigured'],
    ['gone', { state: 'gone' }, 'notEnoughData'],
  ] as const)('a key that is %s', (_, more, verdict) => {
    expect(one(more)).toBe(verdict);
  });

  it('tells nothing of a key that only our own look has used since', () => {
    const touchedAtMs = () => NOW - 61_000;
    expect(one({ idleMs: 61_000 }, { touchedAtMs })).toBe('notEnoughData');
    expect(one({ idleMs: 20_000 }, { touchedAtMs })).toBe('read');
    // Written anew after our look: the idle time is of that.
    expect(one({ ttlMs: 570_000, idleMs: 30_000 }, { touchedAtMs })).toBe('never read');
  });
});

describe('under LFU', () => {
  const lfu = { idleMs: null };
  test.each([
    ['with the counter of a written key', { ...lfu, frequency: 5 }, 'never read'],
    ['whose counter has decayed', { ...lfu, frequency: 2 }, 'never read'],
    ['that was read', { ...lfu, frequency: 6 }, 'read'],
    ['younger than one decay', { ...lfu, frequency: 5, ttlMs: 550_000 }, 'notEnoughData'],
  ] as const)('a key %s', (_, more, verdict) => {
    expect(one(more)).toBe(verdict);
  });

  it('tells nothing of a key whose counter our own look has raised', () => {
    expect(one({ ...lfu, frequency: 6 }, { touchedAtMs: () => NOW - 61_000 })).toBe('notEnoughData');
  });
});

it('gives the share with its interval, of the keys that can be told, and counts the others by why', () => {
  const keys = [
    ...Array.from({ length: 4 }, () => key({})),
    ...Array.from({ length: 6 }, () => key({ idleMs: 5_000 })),
    key({ ttlMs: null }),
    key({ ttlMs: 599_000, idleMs: 1_000 }),
  ];
  const reading = judge(keys);
  expect(reading).toMatchObject({
    state: 'known',
    value: { neverReadCount: 4, judgedCount: 10, unknownAgeCount: 1, youngCount: 1, touchedCount: 0 },
  });
  expect(reading.state === 'known' && reading.value.share.high).toBeCloseTo(0.687, 2);
});

it('says what would make it known where no age is', () => {
  expect(judge([key({})], { declaredTtlMs: null })).toMatchObject({
    state: 'unknown',
    detail: expect.stringContaining('--pattern-ttls'),
  });
});
