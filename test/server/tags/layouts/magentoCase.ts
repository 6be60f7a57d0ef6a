import type { LayoutCase } from './layoutCase.ts';

const NAMESPACE = '69d_';

/** RedisTagAdapter's script for any of the tags. */
export const magentoCase: LayoutCase = {
  layout: 'magento',
  tagKey: `cache:tags:${NAMESPACE}CAT_P`,
  tag: 'CAT_P',
  entries: [`${NAMESPACE}:A`, `${NAMESPACE}:B`],
  async write(client) {
    for (const [id, tags] of [
      ['A', ['CAT_P', 'BLOCK']],
      ['B', ['CAT_P']],
      ['C', ['BLOCK']],
    ] as const) {
      await client.set(`${NAMESPACE}:${id}`, 'data', 'EX', 600);
      await client.sadd(`cache:all_ids:${NAMESPACE}`, id);
      await client.sadd(`cache:id_tags:${NAMESPACE}${id}`, ...tags);
      for (const tag of tags) await client.sadd(`cache:tags:${NAMESPACE}${tag}`, id);
    }
  },
  async purge(client) {
    const index = `cache:tags:${NAMESPACE}CAT_P`;
    for (const id of await client.sunion(index)) {
      await client.del(`${NAMESPACE}:${id}`);
      for (const tag of await client.smembers(`cache:id_tags:${NAMESPACE}${id}`)) {
        await client.srem(`cache:tags:${NAMESPACE}${tag}`, id);
      }
      await client.del(`cache:id_tags:${NAMESPACE}${id}`);
      await client.srem(`cache:all_ids:${NAMESPACE}`, id);
    }
    await client.del(index);
  },
};
