import type { Redis } from 'ioredis';
import type { LayoutCase } from './layoutCase.ts';

/** Entries by their tags: two carry the tag that is purged, one of them another one as well. */
const entries = [
  ['a', ['users', 'staff']],
  ['b', ['users']],
  ['c', ['staff']],
] as const;

async function writeSets(
  client: Redis,
  keyOf: (id: string) => string,
  indexOf: (tag: string) => string,
): Promise<void> {
  for (const [id, tags] of entries) {
    await client.set(keyOf(id), 'value', 'EX', 600);
    for (const tag of tags) await client.sadd(indexOf(tag), keyOf(id));
  }
}

/** async-cache-dedupe: the references of each key leave with it. */
const asyncCacheDedupeCase: LayoutCase = {
  layout: 'asyncCacheDedupe',
  tagKey: 'r:users',
  tag: 'users',
  entries: ['fetch~a', 'fetch~b'],
  async write(client) {
    await writeSets(
      client,
      (id) => `fetch~${id}`,
      (tag) => `r:${tag}`,
    );
    for (const [id, tags] of entries) await client.sadd(`k:fetch~${id}`, ...tags);
  },
  async purge(client) {
    for (const key of await client.smembers('r:users')) {
      await client.del(key);
      for (const reference of await client.smembers(`k:${key}`)) await client.srem(`r:${reference}`, key);
      await client.del(`k:${key}`);
    }
  },
};

/** TYPO3's flushByTag: entries, their tags, and what other tags list of them. */
const typo3Case: LayoutCase = {
  layout: 'typo3',
  tagKey: 'tagIdents:users',
  tag: 'users',
  entries: ['identData:a', 'identData:b'],
  async write(client) {
    for (const [id, tags] of entries) {
      await client.set(`identData:${id}`, 'value', 'EX', 600);
      await client.sadd(`identTags:${id}`, ...tags);
      for (const tag of tags) await client.sadd(`tagIdents:${tag}`, id);
    }
  },
  async purge(client) {
    for (const id of await client.smembers('tagIdents:users')) {
      for (const tag of await client.smembers(`identTags:${id}`)) await client.srem(`tagIdents:${tag}`, id);
      await client.del(`identData:${id}`, `identTags:${id}`);
    }
    await client.del('tagIdents:users');
  },
};

/** A set of whole keys a tag, and nothing else: entries and index go, other tags keep dead members. */
function plainCase(layout: string, indexOf: (tag: string) => string, tag = 'users'): LayoutCase {
  const keyOf = (id: string) => `page:${id}`;
  return {
    layout,
    tagKey: indexOf('users'),
    tag,
    entries: ['page:a', 'page:b'],
    write: (client) => writeSets(client, keyOf, indexOf),
    async purge(client) {
      await client.del(...(await client.smembers(indexOf('users'))));
      await client.del(indexOf('users'));
    },
  };
}

export const keySetCases: readonly LayoutCase[] = [
  asyncCacheDedupeCase,
  typo3Case,
  plainCase('cashews', (tag) => `_tag:${tag}`),
  plainCase('gocache', (tag) => `gocache_tag_${tag}`),
  plainCase('cacheops', (tag) => `conj:auth_user:group=${tag}`, 'auth_user:group=users'),
];
