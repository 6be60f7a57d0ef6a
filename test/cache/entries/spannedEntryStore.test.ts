import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { EntryToStore, Mark } from '#cache/entries/entryStore.ts';
import { SpannedEntryStore } from '#cache/entries/spannedEntryStore.ts';
import { decodeEntry, encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { startRedisCluster, type TestCluster } from '#test/support/redis/startRedisCluster.ts';
import { openTransport } from '../startCache.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startRedisCluster();
});
afterAll(() => cluster[Symbol.asyncDispose]());

const KEY = 'shop:account:1';

function entryOf(value: string, mark: Mark | null, isWrite: boolean): EntryToStore {
  const header = { isNegative: false, isTagged: false, softExpiryAtMs: 9e12, loadMs: 1, storedAtMs: 8e12 };
  return {
    key: KEY,
    bytes: encodeEntry({ ...header, owner: NO_OWNER, version: 0 }, Buffer.from(value)),
    ...{ ttlMs: 60_000, tags: null, mark, isWrite, version: 0, isOutdated: () => false },
  };
}

function replyOf<Reply>(
  outcome: { isDone: true; reply: Reply } | { isDone: false; code: string },
): Reply | string {
  return outcome.isDone ? outcome.reply : outcome.code;
}

it('takes back what a load stored over a write, when it began between the fence of the write and its change of the source', async () => {
  const client = await cluster.connect();
  const writer = new SpannedEntryStore(openTransport(client), 'shop:');
  const reader = new SpannedEntryStore(openTransport(client), 'shop:');
  const held = replyOf(await writer.fenceKey(KEY));
  const loadedUnder = replyOf(await reader.readMark());
  // The source changes here; the load has read it before. The value of the write stands, and its last fence is not raised yet.
  let loaded: string | null = null;
  const raise = writer.fenceKey.bind(writer);
  vi.spyOn(writer, 'fenceKey').mockImplementationOnce(async (key) => {
    loaded = replyOf(await reader.store(entryOf('"old"', loadedUnder, false)));
    return raise(key);
  });
  expect(replyOf(await writer.store(entryOf('"new"', held, true)))).toBe('stored');
  expect(loaded).toBe('outdated');
  const bytes = await client.getBuffer(KEY);
  expect(bytes === null ? null : decodeEntry(bytes)?.payload.toString()).not.toBe('"old"');
});
