import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { HOLDS_NOTHING, PURGES_ALL } from '../layoutTraits.ts';

/**
 * Magento 2.4.9 and Mage-OS 3.1: `cache:tags:{namespace}{tag}`, a set of ids, whose entries are `{namespace}:{id}`;
 * `cache:id_tags:{namespace}{id}` lists the tags of an entry, `cache:all_ids` (and `:{namespace}`) all ids. A namespace
 * is three hexadecimal digits and `_`, as Magento makes its id_prefix.
 */
export const magento = entrySetLayout({
  id: 'magento',
  name: 'Magento 2.4.9',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: false,
    orphans: 'recheck',
    purge: PURGES_ALL,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey) {
    const [, prefix, namespace = '', tag] = /^(|.*:)cache:tags:([0-9a-f]{3}_)?(.+)$/s.exec(tagKey) ?? [];
    if (prefix === undefined || tag === undefined) return null;
    return {
      tag,
      entryPrefix: `${prefix}${namespace}:`,
      reverse: {
        prefix: `${prefix}cache:id_tags:${namespace}`,
        indexPrefix: `${prefix}cache:tags:${namespace}`,
      },
      memberLists: [...new Set([`${prefix}cache:all_ids`, `${prefix}cache:all_ids:${namespace}`])],
      tagList: null,
    };
  },
});
