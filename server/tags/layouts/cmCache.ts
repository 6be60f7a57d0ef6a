import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { PURGES_OWN } from '../layoutTraits.ts';

/**
 * Cm_Cache_Backend_Redis (Magento to 2.4.8, OpenMage): `zc:ti:{tag}`, a set of ids, whose entries are `zc:k:{id}`. `zc:tags` lists
 * the tags, and `zc:ids` the ids where notMatchingTags is on.
 */
export const cmCache = entrySetLayout({
  id: 'cmCache',
  name: 'Cm_Cache (Magento to 2.4.8)',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: false,
    orphans: 'recheck',
    purge: PURGES_OWN,
    reach: 'Local files of Magento that hold copies are not told.',
  },
  namesOf(tagKey) {
    const [, prefix, tag] = /^(|.*:)zc:ti:(.+)$/s.exec(tagKey) ?? [];
    if (prefix === undefined || tag === undefined) return null;
    return {
      tag,
      entryPrefix: `${prefix}zc:k:`,
      reverse: null,
      memberLists: [`${prefix}zc:ids`],
      tagList: `${prefix}zc:tags`,
    };
  },
});
