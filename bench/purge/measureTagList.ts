import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';
import { fillTags } from './fillPurged.ts';

export interface TagListReport {
  readonly tagCount: number;
  /** Until every tag is known with its size, and a list is answered. */
  readonly oursMs: number;
  /** Until the page has its first list, which may not know all yet. */
  readonly firstListMs: number;
  /** SCAN of names by COUNT 200 and a pipeline of SCARD a page, with ioredis, and nothing else. */
  readonly bareMs: number;
}

/** Lists tags of an otherwise empty Redis: our directory, whose walk does not pause here, against a bare loop. */
export async function measureTagList(tagCount: number): Promise<TagListReport> {
  await using redis = await startRedis();
  await fillTags(redis.client, tagCount);
  const connection = openTestConnection(redis, 'monitor');
  const parts = { connection, lookParts, nowMs: () => performance.now() };
  try {
    const waiting = new TagDirectory({
      ...parts,
      pause: () => new Promise((resolve) => setTimeout(resolve, 20)),
    });
    const firstListMs = await timed(() => waiting.list(''));
    waiting.close();
    const whole = new TagDirectory({ ...parts, pause: async () => {}, maxWaitMs: 600_000 });
    const oursMs = await timed(async () => {
      const { isComplete, leftOutCount, tags } = await whole.list('');
      if (tags.length + leftOutCount < Math.min(tagCount, 99_000))
        throw new Error(`not all tags: ${isComplete}`);
    });
    whole.close();
    const bareMs = await timed(() => bareList(redis.port));
    return { tagCount, oursMs, firstListMs, bareMs };
  } finally {
    connection.close();
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startMs = performance.now();
  await work();
  return performance.now() - startMs;
}

async function bareList(port: number): Promise<void> {
  const client = openClient({ port });
  const sizes = new Map<string, number>();
  let cursor = '0';
  do {
    const [next, keys] = await client.scan(cursor, 'MATCH', 'tag:*', 'COUNT', 200);
    const pipeline = client.pipeline();
    for (const key of keys) pipeline.scard(key);
    const replies = (await pipeline.exec()) ?? [];
    for (const [at, key] of keys.entries()) sizes.set(key, Number(replies[at]?.[1]));
    cursor = next;
  } while (cursor !== '0');
  client.disconnect();
}
