import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { type Cache, type Family, family } from '#cache/cache.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { type InvalidationMessage, parseInvalidationMessage } from '#shared/control/invalidationMessage.ts';
import { countOf, shopCache } from '#test/cache/startCache.ts';
import { faultyConnection, pass } from '#test/support/jobs/faultyConnection.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openClient } from '#test/support/redis/openClient.ts';

const bench = purgeBench();

interface Item {
  readonly text: string;
  readonly tags: readonly string[];
}
type Families = { readonly item: Family<'item:{id}', Item> };
type ServiceCache = Cache<Families>;

/** What the source says now, and when. */
let text: string;
let ready: Promise<void>;
beforeEach(() => {
  text = 'old';
  ready = Promise.resolve();
});

/** The first two are of `users`; the tag of all of them stays. */
const tagsOf: Readonly<Record<string, readonly string[]>> = {
  u1: ['users', 'all'],
  u2: ['users', 'all'],
  p3: ['all'],
};

/** A cache as a service runs it, with L1, once its subscription holds. */
async function startInstance(instance: string, prefix = 'shop:'): Promise<ServiceCache> {
  const client = openClient({ port: bench.redis.port });
  const load = async ({ id }: { readonly id: string | number }): Promise<Item> => {
    const item = { text, tags: tagsOf[id] ?? [] };
    await ready;
    return item;
  };
  const item = family({ key: 'item:{id}', ttlSeconds: 600, load, tags: (_, { tags }) => [...tags] });
  const cache = shopCache(client, { item }, { instance, prefix, l1: {} });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  let isLive = false;
  cache.on('coherence', ({ state }) => {
    isLive = state === 'live';
  });
  await vi.waitFor(() => expect(isLive).toBe(true));
  return cache;
}

async function read(cache: ServiceCache, id: string): Promise<string> {
  return (await cache.item.get({ id })).text;
}

function hitsInL1(cache: ServiceCache): Promise<number> {
  return countOf(cache, 'cache_layer_gets_total', { layer: 'l1', result: 'hit' });
}

async function expectInL1(cache: ServiceCache, id: string): Promise<void> {
  const before = await hitsInL1(cache);
  expect(await read(cache, id)).toBe('old');
  expect(await hitsInL1(cache)).toBe(before + 1);
}

/** Two instances that hold all entries in L1. The source then says something new. */
async function startTwo(): Promise<readonly [ServiceCache, ServiceCache]> {
  const caches = [await startInstance('near'), await startInstance('far')] as const;
  for (const id of Object.keys(tagsOf)) {
    for (const cache of caches) await vi.waitFor(() => expectInL1(cache, id));
  }
  text = 'new';
  return caches;
}

async function purge(selection: PurgeSelection, openOperator = () => bench.openOperator()) {
  const { planOf, start, ended, bugs } = guardedJobsHarness(openOperator);
  const job = await ended(await start(await planOf(selection)));
  expect(bugs).toEqual([]);
  return job;
}

/** What is told on a channel, from now on. */
async function subscribeTo(channel: string): Promise<InvalidationMessage[]> {
  const client = openClient({ port: bench.redis.port });
  onTestFinished(() => client.disconnect());
  const heard: InvalidationMessage[] = [];
  client.on('message', (_, text) => {
    const message = parseInvalidationMessage(text);
    if (message?.from.startsWith('cachescope server') === true) heard.push(message);
  });
  await client.subscribe(channel);
  return heard;
}

const users = { by: 'tag', layout: 'simple', tagKey: 'shop:tag:users' } as const;

describe('running services with an L1', () => {
  it.each([
    users,
    { by: 'keys', keys: ['shop:item:u1', 'shop:item:u2'] },
    { by: 'pattern', pattern: 'shop:item:u{id}' },
    { by: 'glob', glob: 'shop:item:u*' },
  ] satisfies PurgeSelection[])('read anew what was purged by $by, and nothing else', async (selection) => {
    const caches = await startTwo();
    const job = await purge(selection);
    expect([job.state, job.outcome]).toEqual([
      'completed',
      '2 removed. 2 running instances were told to drop what is held in memory.',
    ]);
    for (const cache of caches) {
      await vi.waitFor(async () => expect(await read(cache, 'u1')).toBe('new'));
      await vi.waitFor(async () => expect(await read(cache, 'u2')).toBe('new'));
      await expectInL1(cache, 'p3');
    }
  });

  it('drop of a tag also what Redis has lost before', async () => {
    const [near, far] = await startTwo();
    await bench.redis.client.del('shop:item:u2');
    await bench.redis.client.srem('shop:tag:users', 'shop:item:u2');
    expect((await purge(users)).outcome).toMatch(/^1 removed\. 2 running/);
    for (const cache of [near, far]) {
      await vi.waitFor(async () => expect(await read(cache, 'u2')).toBe('new'));
    }
  });

  it('do not keep what they were loading when it was purged', async () => {
    const [near] = await startTwo();
    let answer: () => void = () => {};
    ready = new Promise((resolve) => {
      answer = resolve;
    });
    await bench.redis.client.del('shop:item:u2');
    await near.item.delete({ id: 'u2' });
    const loading = read(near, 'u2');
    await purge({ by: 'keys', keys: ['shop:item:u1', 'shop:item:u2'] });
    ready = Promise.resolve();
    text = 'newer';
    await vi.waitFor(async () => expect(await read(near, 'u1')).toBe('newer'));
    answer();
    expect(await loading).toBe('new');
    expect(await read(near, 'u2')).toBe('newer');
  });

  it('of another prefix are told nothing', async () => {
    const [near] = await startTwo();
    const other = await startInstance('other', 'blog:');
    const heard = vi.fn();
    other.on('broadcast', heard);
    expect((await purge(users)).outcome).toMatch(/2 running instances were told/);
    await vi.waitFor(async () => expect(await read(near, 'u1')).toBe('new'));
    expect(heard).not.toHaveBeenCalled();
  });

  it('are told by the next connection what one without an answer may not have said', async () => {
    const caches = await startTwo();
    const fault = new RedisFault('timeout', 'PUBLISH', 'Redis did not answer in time.');
    let publishCount = 0;
    const job = await purge(users, async () =>
      faultyConnection(await bench.openOperator(), ([name]) => {
        if (name !== 'PUBLISH') return pass;
        publishCount += 1;
        return publishCount === 1 ? { kind: 'refuse', fault } : pass;
      }),
    );
    expect([job.state, job.outcome]).toEqual([
      'completed',
      '2 removed. 2 running instances were told to drop what is held in memory.',
    ]);
    for (const cache of caches) {
      await vi.waitFor(async () => expect(await read(cache, 'u1')).toBe('new'));
    }
  });

  it('hear messages that are numbered over all purges, without a gap for what Redis did not take', async () => {
    const [near] = await startTwo();
    const heard = await subscribeTo('shop:cachescope:invalidations');
    const fault = new RedisFault('timeout', 'PUBLISH', 'Redis did not answer in time.');
    let publishCount = 0;
    const { planOf, start, ended } = guardedJobsHarness(async () =>
      faultyConnection(await bench.openOperator(), ([name]) => {
        if (name !== 'PUBLISH') return pass;
        publishCount += 1;
        return publishCount === 2 ? { kind: 'refuse', fault } : pass;
      }),
    );
    for (const id of ['u1', 'u2', 'p3']) {
      await ended(await start(await planOf({ by: 'keys', keys: [`shop:item:${id}`] })));
    }
    await vi.waitFor(() => expect(heard.map(({ seq }) => seq)).toEqual([1, 2, 3]));
    expect(new Set(heard.map(({ from, since }) => `${from} ${since}`)).size).toBe(1);
    expect(heard[0]).toMatchObject({ from: 'cachescope server of a test', since: expect.any(Number) });
    expect(await countOf(near, 'cache_broadcasts_total', { direction: 'missed' })).toBe(0);
  });

  it('that cannot be told are said to be so, and the purge is done all the same', async () => {
    const [near] = await startTwo();
    await bench.redis.client.acl(
      'SETUSER',
      'quiet',
      'on',
      '>secret',
      '~*',
      'resetchannels',
      '+@all',
      '-publish',
    );
    const user = { username: 'quiet', password: 'secret' };
    const job = await purge(users, () => bench.openOperator(user));
    expect(job.state).toBe('completed');
    expect(job.outcome).toMatch(
      /^2 removed\. Running services were not told of 2 keys: those with cachescope\/cache may serve .* \(L1\) until it ends there\. .*PUBLISH/,
    );
    expect(await read(near, 'u1')).toBe('old');
  });

  it('are told nothing by a purge that lets keys expire', async () => {
    const [near] = await startTwo();
    const { planOf, start, ended } = guardedJobsHarness(bench.openOperator);
    const spread = { how: 'spread', overMs: 60_000 } as const;
    const job = await ended(await start(await planOf(users, { method: spread })));
    expect(job.outcome).toBe('2 set to expire.');
    expect(await read(near, 'u1')).toBe('old');
  });
});
