import { beforeEach, describe, expect, it, vi } from 'vitest';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';
import { benchForFile } from './benchForFile.ts';
import { openProfiles, own, type ProfileChange, Shelf } from './startProfiles.ts';

const bench = benchForFile();
let shelf: Shelf;

beforeEach(() => {
  shelf = new Shelf();
});

describe('values written behind', () => {
  it('are read at once, by others too, and reach the source with the next flush', async () => {
    const first = openProfiles(bench.service, { shelf });
    const second = openProfiles(await bench.connect(), { shelf });
    shelf.values.set('1', 'old');
    expect(await second.get(1)).toBe('old');
    expect(await first.write(1, 'new')).toEqual({ state: 'queued' });
    expect([await first.get(1), await second.get(1), shelf.values.get('1')]).toEqual(['new', 'new', 'old']);
    expect(await first.store.outflow.flusher.run()).toBe('empty');
    expect(shelf.values.get('1')).toBe('new');
    expect(await second.get(1)).toBe('new');
    expect(await bench.redis.client.exists(own('pending'), own('in-flight'))).toBe(0);
  });

  it('are not overtaken by the source for good when Redis does not tell them', async () => {
    const { write, get } = openProfiles(bench.service, { shelf });
    shelf.values.set('1', 'old');
    await write(1, 'new');
    await bench.redis.client.del('shop:profile:1');
    await bench.redis.client.rename(own('pending'), 'aside');
    await bench.redis.client.set(own('pending'), 'no hash');
    expect(await get(1)).toBe('old');
    await bench.redis.client.rename('aside', own('pending'));
    expect(await get(1)).toBe('new');
  });

  it('are one for each entry in a flush, the last', async () => {
    const { store, write } = openProfiles(bench.service, { shelf });
    for (const value of ['a', 'b', 'c']) await write(1, value);
    await write(2, 'x');
    await store.outflow.flusher.run();
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['c', 'x']);
  });

  it('are loaded from the queue when the entry is gone before the flush', async () => {
    const { store, write, get, core } = openProfiles(bench.service, { shelf });
    shelf.values.set('1', 'old');
    await write(1, 'new');
    await bench.redis.client.del('shop:profile:1');
    expect(await get(1)).toBe('new');
    await core.invalidate({ kind: 'key', target: 'shop:profile:1', mode: 'hard', source: 'key' });
    expect(await get(1)).toBe('new');
    await store.outflow.flusher.run();
    await bench.redis.client.del('shop:profile:1');
    expect(await get(1)).toBe('new');
  });

  it('are read by others although the writer died before it stored the entry', async () => {
    const dying = openProfiles(bench.service, { shelf, diesBeforeStore: true });
    const other = openProfiles(await bench.connect(), { shelf });
    shelf.values.set('1', 'old');
    expect(await other.get(1)).toBe('old');
    void dying.write(1, 'new');
    await vi.waitFor(async () => expect(await bench.redis.client.xlen(own('queue'))).toBe(1));
    expect(await other.get(1)).toBe('new');
  });

  it.each([
    ['', false],
    [', also when the writer died before it stored the entry', true],
  ])('are not undone by a load that began before them%s', async (_, diesBeforeStore) => {
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const load = async (id: string) => {
      const value = shelf.values.get(id);
      await gate;
      return value;
    };
    const reader = openProfiles(await bench.connect(), { shelf, load });
    const writer = openProfiles(bench.service, { shelf, diesBeforeStore });
    shelf.values.set('1', 'old');
    const reading = reader.get(1);
    await vi.waitFor(async () => expect(await bench.redis.client.exists('shop:cachescope:fences')).toBe(1));
    void writer.write(1, 'new');
    await vi.waitFor(async () => expect(await bench.redis.client.xlen(own('queue'))).toBe(1));
    release();
    await reading;
    await reader.core.close();
    expect(await openProfiles(bench.service, { shelf }).get(1)).toBe('new');
  });

  it('show what the source will have when two write at the same time', async () => {
    const writers = [openProfiles(bench.service, { shelf }), openProfiles(await bench.connect(), { shelf })];
    for (let round = 0; round < 30; round += 1) {
      await Promise.all(writers.map(({ write }, index) => write(1, `${round} of ${index}`)));
      await writers[0]?.store.outflow.flusher.run();
      const source = shelf.values.get('1');
      expect(await writers[0]?.get(1)).toBe(source);
      expect(await writers[1]?.get(1)).toBe(source);
    }
  });

  it('come again under their ids, with the last one last, when a flusher dies', async () => {
    const dying = openProfiles(bench.service, {
      shelf,
      flush: async (changes) => {
        await shelf.apply(changes);
        dying.core.transport.close();
      },
    });
    await dying.write(1, 'a');
    await dying.write(1, 'b');
    await dying.store.outflow.flusher.run();
    const heir = openProfiles(await bench.connect(), { shelf });
    await heir.write(1, 'c');
    await bench.redis.client.del(own('lease'));
    await heir.store.outflow.flusher.run();
    const [first, second, third] = shelf.delivered;
    expect(first).toEqual(second);
    expect(third?.value).toBe('c');
    expect((third?.id ?? '') > (second?.id ?? '')).toBe(true);
  });

  it('are taken out of the cache when the source refuses them for good', async () => {
    const flush = async (changes: readonly ProfileChange[]) => {
      if (changes.some(({ value }) => value === 'bad')) throw new Error('too bad');
      await shelf.apply(changes);
    };
    const { store, write, get } = openProfiles(bench.service, { shelf, flush, random: Math.random });
    shelf.values.set('1', 'old');
    await write(1, 'bad');
    await write(2, 'good');
    expect(await get(1)).toBe('bad');
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect(await get(1)).toBe('old');
    expect(shelf.values.get('2')).toBe('good');
    expect(await store.snapshot()).toMatchObject({ queuedCount: 0, deadLetterCount: 1 });
  });

  it('give way to a later value of their entry while the source refuses them', async () => {
    const flush = async (changes: readonly ProfileChange[]) => {
      if (changes.some(({ value }) => value === 'bad')) throw new Error('too bad');
      await shelf.apply(changes);
    };
    const { store, write } = openProfiles(bench.service, { shelf, flush });
    await write(1, 'bad');
    expect(await store.outflow.flusher.run()).toBe('stuck');
    await write(1, 'good');
    expect(await store.outflow.flusher.run()).toBe('empty');
    expect(shelf.delivered.map(({ value }) => value)).toEqual(['good']);
    expect(await store.snapshot()).toMatchObject({ queuedCount: 0, deadLetterCount: 0 });
  });

  it('are refused when they have no form', async () => {
    const { store } = openProfiles(bench.service, { shelf });
    await expect(store.readPending({ id: '' })).rejects.toMatchObject({ code: 'badField' });
    const { write } = openProfiles(bench.service, {
      shelf,
      serialiser: {
        encode: () => {
          throw new TypeError('no form');
        },
        decode: <Value>(bytes: Uint8Array): Value => JSON.parse(Buffer.from(bytes).toString()),
      },
    });
    await expect(write(1, 'x')).rejects.toMatchObject({ code: 'unserialisable' });
    expect(await bench.redis.client.exists(own('queue'))).toBe(0);
  });

  it('keep bytes that are no text', async () => {
    const serialiser = {
      encode: (value: unknown) => Buffer.concat([Buffer.from([0xff, 0]), Buffer.from(JSON.stringify(value))]),
      decode: <Value>(bytes: Uint8Array): Value => JSON.parse(Buffer.from(bytes).subarray(2).toString()),
    };
    const { store, write, get } = openProfiles(bench.service, { shelf, serialiser });
    await write(1, 'käse');
    await bench.redis.client.del('shop:profile:1');
    expect(await get(1)).toBe('käse');
    await store.outflow.flusher.run();
    expect(shelf.values.get('1')).toBe('käse');
  });
});

describe('values written behind in a Cluster', () => {
  it('are read at once and reach the source, with and without a hash tag in the prefix', async () => {
    await using cluster = await startRedisCluster();
    const client = await cluster.connect();
    for (const prefix of ['shop:', '{shop}:']) {
      const shelfHere = new Shelf();
      const { store, write, get } = openProfiles(client, { shelf: shelfHere, prefix });
      for (let id = 0; id < 8; id += 1) {
        shelfHere.values.set(String(id), 'old');
        expect(await get(id)).toBe('old');
        expect(await write(id, 'new')).toEqual({ state: 'queued' });
        expect(await get(id)).toBe('new');
      }
      expect(await store.outflow.flusher.run()).toBe('empty');
      expect([...shelfHere.values.values()].every((value) => value === 'new')).toBe(true);
    }
  });
});
