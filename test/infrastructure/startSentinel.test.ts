import { describe, expect, it, vi } from 'vitest';
import { startSentinel } from '#test/support/redis/startSentinel.ts';

describe('a sentinel of the test', () => {
  it('leads its clients to the replica when the primary is killed', async () => {
    await using sentinel = await startSentinel();
    const client = await sentinel.connect();
    const before = await sentinel.primaryPort();
    await client.set('x', 'before');
    await client.wait(1, 1000);
    await sentinel.killPrimary();
    expect(await sentinel.primaryPort()).toBe(before);
    await sentinel.waitForFailover();
    expect(await sentinel.primaryPort()).not.toBe(before);
    await vi.waitFor(async () => expect(await client.set('y', 'after')).toBe('OK'), 10_000);
    expect(await client.mget('x', 'y')).toEqual(['before', 'after']);
  });
});
