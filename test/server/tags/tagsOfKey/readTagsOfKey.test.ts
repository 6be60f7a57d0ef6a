import { expect, test } from 'vitest';
import { indexedTags, readTagsOfKey } from '#server/tags/tagsOfKey/readTagsOfKey.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

async function tagsOf(redis: TestRedis, key: string | Buffer, user?: { username: string; password: string }) {
  const connection = openTestConnection(redis, 'inspector', user);
  try {
    return await readTagsOfKey(connection, Buffer.from(key), 7);
  } finally {
    connection.close();
  }
}

const listed = (tags: readonly unknown[], isCut = false) => ({
  state: 'known',
  value: {
    tags,
    isCut,
    untoldLayouts: expect.arrayContaining(['Laravel 10 to 13', 'Symfony RedisTagAware']),
  },
});

test('the tags of an entry of the library are told with the size of each, under any prefix', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.sadd('shop:key-tags:shop:product:7', 'shoes', 'gone');
  await client.sadd('shop:tag:shoes', 'shop:product:7', 'shop:product:8');
  const tags = await tagsOf(redis, 'shop:product:7');
  const found = tags.state === 'known' ? [...tags.value.tags].sort((a, b) => (a.tag < b.tag ? -1 : 1)) : [];
  expect(found).toEqual([
    { layoutName: 'Cachescope', tag: 'gone', memberCount: null },
    { layoutName: 'Cachescope', tag: 'shoes', memberCount: 2 },
  ]);
});

test('the other layouts that list the tags of an entry are read, too', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.sadd('k:users:1', 'all');
  await client.sadd('r:all', 'users:1');
  expect(await tagsOf(redis, 'users:1')).toMatchObject(
    listed([{ layoutName: 'async-cache-dedupe', tag: 'all', memberCount: 1 }]),
  );
  await client.sadd('cache:id_tags:69d_page', 'cms');
  await client.sadd('cache:tags:69d_cms', 'page');
  expect(await tagsOf(redis, '69d_:page')).toMatchObject(
    listed([{ layoutName: 'Magento 2.4.9', tag: 'cms', memberCount: 1 }]),
  );
  await client.sadd('identTags:x', 'pageId_1');
  await client.sadd('tagIdents:pageId_1', 'x', 'y');
  expect(await tagsOf(redis, 'identData:x')).toMatchObject(
    listed([{ layoutName: 'TYPO3', tag: 'pageId_1', memberCount: 2 }]),
  );
});

test('a key without tags has none, another type under the name of a list is no list, and bytes stay bytes', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.set('key-tags:a', 'no set');
  expect(await tagsOf(redis, 'a')).toMatchObject(listed([]));
  const key = Buffer.from([0x62, 0xff]);
  await client.sadd(Buffer.concat([Buffer.from('key-tags:'), key]), Buffer.from([0xfe]));
  await client.sadd(Buffer.concat([Buffer.from('tag:'), Buffer.from([0xfe])]), key);
  expect(await tagsOf(redis, key)).toMatchObject(
    listed([{ layoutName: 'Cachescope', tag: '\\xfe', memberCount: 1 }]),
  );
});

test('an entry with very many tags is listed under its first ones, and says so', async () => {
  await using redis = await startRedis();
  await redis.client.sadd('key-tags:a', ...Array.from({ length: 1_000 }, (_, at) => `tag ${at}`));
  const tags = await tagsOf(redis, 'a');
  expect(tags).toMatchObject({ value: { isCut: true } });
  expect(tags.state === 'known' && tags.value.tags.length).toBeLessThanOrEqual(200);
});

test('without the right to look it is not known which tags there are', async () => {
  await using redis = await startRedis();
  await redis.client.call('ACL', 'SETUSER', 'few', 'reset', 'on', '>pw', '-@all', '+client|setname', '%R~*');
  expect(await tagsOf(redis, 'a', { username: 'few', password: 'pw' })).toMatchObject({
    reason: 'notPermitted',
    detail: expect.stringContaining('+memory|usage'),
  });
  expect(await tagsOf(redis, 'a'.repeat(9_000))).toMatchObject({ reason: 'notSupported' });
});

test('a key that is the index of a tag says of which, by name and type', () => {
  expect(indexedTags(Buffer.from('shop:tag:shoes'), 'set')).toEqual([
    { layoutName: 'Cachescope', tag: 'shoes' },
  ]);
  expect(indexedTags(Buffer.from('shop:tag:shoes'), 'string')).toEqual([]);
  expect(indexedTags(Buffer.from('product:1'), 'set')).toEqual([]);
});
