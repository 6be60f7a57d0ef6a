import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { HOLDS_NOTHING, PURGES_ALL } from '../layoutTraits.ts';

/**
 * async-cache-dedupe: `r:{reference}`, a set of keys, and `k:{key}`, the references of each. Others name keys so as well, and
 * the set holds keys that expired: it is one of these where a member leads to an entry and to its references.
 */
export const asyncCacheDedupe = entrySetLayout({
  id: 'asyncCacheDedupe',
  name: 'async-cache-dedupe',
  indexType: 'set',
  isToldByName: false,
  traits: {
    hasIndexTtl: true,
    orphans: 'recheck',
    purge: PURGES_ALL,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey) {
    const [, prefix, tag] = /^(|.*?:)r:(.+)$/s.exec(tagKey) ?? [];
    if (prefix === undefined || tag === undefined) return null;
    const reverse = { prefix: `${prefix}k:`, indexPrefix: `${prefix}r:` };
    return { tag, entryPrefix: prefix, reverse, memberLists: [], tagList: null };
  },
});
