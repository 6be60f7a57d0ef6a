import { expect, it } from 'vitest';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { asWriteRefusal, RefusedWrites } from '#cache/metrics/refusedWrites.ts';

function open() {
  const events = new CacheEvents();
  const time = { nowMs: 0 };
  const writes = new RefusedWrites(events, () => time.nowMs);
  const fail = (code: 'outOfMemory' | 'readOnly' | 'refused' | 'timeout') =>
    events.emit('fallback', { operation: 'set', code, error: null });
  return { writes, time, fail };
}

it('tells why the last write was refused, for ten seconds after it', () => {
  const { writes, time, fail } = open();
  expect(writes.reason).toBeNull();
  fail('outOfMemory');
  time.nowMs = 9_000;
  fail('readOnly');
  time.nowMs = 18_999;
  expect(writes.reason).toBe('readOnly');
  time.nowMs = 19_000;
  expect(writes.reason).toBeNull();
});

it('takes no other failure for a refusal of writes', () => {
  const { writes, fail } = open();
  for (const code of ['refused', 'timeout'] as const) fail(code);
  expect(writes.reason).toBeNull();
  expect(asWriteRefusal('refused')).toBeNull();
});
