import { describe, expect, it } from 'vitest';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { undiciCache } from '#server/tags/taggedNames/undiciCache.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';
import { runShell } from '#test/support/tags/runShell.ts';

const bench = purgeBench();

/** What undici-cache-redis 1.0.1 stores of one response. */
async function store(id: string, tags: readonly string[]): Promise<void> {
  const metadataKey = `shop:metadata:http%3A%2F%2Fapi:%2F${id}:GET:${id}`;
  const tagsKey = `shop:cache-tags:${tags.toSorted().join(':')}:${id}`;
  const idKey = `shop:ids:${id}`;
  const valueKey = `shop:values:${id}`;
  const { client } = bench.redis;
  await client.hset(metadataKey, { idKey, valueKey, tagsKey });
  await client.hset(idKey, { metadataKey });
  await client.hset(tagsKey, { metadataKey });
  await client.set(valueKey, '{"statusCode":200}');
}

const keyOf = (tag: string) => `shop:cache-tags:[${tag}]`;

async function purge(tag: string) {
  const harness = guardedJobsHarness(bench.openOperator);
  const job = await harness.ended(
    await harness.start(await harness.plan(keyOf(tag), operator, 'undiciCache')),
  );
  expect(harness.bugs).toEqual([]);
  return { ...harness, job };
}

async function idsLeft(): Promise<readonly string[]> {
  const names = await bench.redis.client.keys('*');
  const ids = names.map((name) => name.slice(name.lastIndexOf(':') + 1));
  for (const id of new Set(ids)) expect([id, ids.filter((other) => other === id).length]).toEqual([id, 4]);
  return [...new Set(ids)].toSorted();
}

async function list() {
  const connection = await bench.openOperator();
  return new TagDirectory({ connection, nowMs: Date.now, pause: async () => {}, lookParts }).list('');
}

describe('a tag in the names of keys', () => {
  it('is one whole part of them: what only holds its text stays', async () => {
    await store('1', ['user', 'a']);
    await store('2', ['users']);
    await store('3', ['superuser', 'user2']);
    await store('4', ['user']);
    expect((await purge('user')).job.outcome).toBe('2 removed.');
    expect(await idsLeft()).toEqual(['2', '3']);
  });

  it('that holds a colon is found by all of its parts in a row', async () => {
    await store('1', ['user:1']);
    await store('2', ['order:1', 'user:2']);
    await store('3', ['a', 'user:1', 'z']);
    expect((await purge('user:1')).job.outcome).toBe('2 removed.');
    expect(await idsLeft()).toEqual(['2']);
  });

  it('is counted over all keys, and nothing that is only named so is one', async () => {
    await store('1', ['user', 'a']);
    await store('2', ['user']);
    await bench.redis.client.hset('shop:cache-tags:user:x', { other: 'b' });
    await bench.redis.client.sadd('shop:cache-tags:user:y', 'b');
    await bench.redis.client.set('shop:values:x', 'of somebody else');
    const { tags } = await list();
    expect(tags.map(({ layout, tag, tagKey, memberCount }) => [layout, tag, tagKey, memberCount])).toEqual([
      ['undiciCache', 'user', keyOf('user'), 2],
      ['undiciCache', 'a', keyOf('a'), 1],
    ]);
    expect((await purge('user')).job.outcome).toBe('2 removed.');
    expect((await bench.redis.client.keys('*')).toSorted()).toEqual([
      'shop:cache-tags:user:x',
      'shop:cache-tags:user:y',
      'shop:values:x',
    ]);
  });

  it('keeps the count of the last whole walk while the next is under way', async () => {
    for (let id = 0; id < 400; id += 1) await store(String(id), ['user']);
    const connection = await bench.openOperator();
    let nowMs = 0;
    let stepMs = 0;
    const read = () => {
      nowMs += stepMs;
      return nowMs;
    };
    const directory = new TagDirectory({
      connection,
      nowMs: read,
      pause: () => new Promise(() => {}),
      lookParts,
    });
    expect((await directory.list('')).tags[0]?.memberCount).toBe(400);
    nowMs += 10_000;
    // Every look at the clock takes so long that the walk goes on behind the list, after its first step.
    stepMs = 1_500;
    const { tags, isWalking } = await directory.list('');
    expect([isWalking, tags[0]?.memberCount]).toEqual([true, 400]);
  });

  it('is removed by the lines for a shell as well', async () => {
    await store('1', ['user', 'it is']);
    await store('2', ['users', 'it is']);
    const index = await undiciCache.open(await bench.openOperator(), Buffer.from(keyOf('user')));
    const quote = (bytes: Buffer) => `'${bytes.toString('latin1')}'`;
    await runShell(index?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(await idsLeft()).toEqual(['2']);
  });

  it('comes back whole by an undo', async () => {
    await store('1', ['user', 'a']);
    const before = await readAllKeys(bench.redis.client);
    const { job, planUndo, start, undone } = await purge('user');
    expect(await bench.redis.client.dbsize()).toBe(0);
    await undone(await start(await planUndo(job)));
    expect(await readAllKeys(bench.redis.client)).toEqual(before);
  });
});
