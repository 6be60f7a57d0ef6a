import type { LayoutCase } from './layoutCase.ts';

/** Cm_Cache_Backend_Redis::clean with matchingAnyTag of one tag. */
export const cmCacheCase: LayoutCase = {
  layout: 'cmCache',
  tagKey: 'zc:ti:69d_CONFIG',
  tag: '69d_CONFIG',
  entries: ['zc:k:69d_A', 'zc:k:69d_B'],
  async write(client) {
    for (const [id, tags] of [
      ['69d_A', ['69d_CONFIG', '69d_MAGE']],
      ['69d_B', ['69d_CONFIG']],
      ['69d_C', ['69d_MAGE']],
    ] as const) {
      await client.hset(`zc:k:${id}`, { d: 'data', t: tags.join(','), m: 1, i: 0 });
      await client.sadd('zc:ids', id);
      await client.sadd('zc:tags', ...tags);
      for (const tag of tags) await client.sadd(`zc:ti:${tag}`, id);
    }
  },
  async purge(client) {
    const ids = await client.sunion('zc:ti:69d_CONFIG');
    await client.unlink(...ids.map((id) => `zc:k:${id}`));
    await client.srem('zc:ids', ...ids);
    await client.unlink('zc:ti:69d_CONFIG');
    await client.srem('zc:tags', '69d_CONFIG');
  },
};
