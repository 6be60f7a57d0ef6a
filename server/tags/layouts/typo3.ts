import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { HOLDS_NOTHING, PURGES_ALL } from '../layoutTraits.ts';

/** TYPO3's RedisBackend: `tagIdents:{tag}`, a set of identifiers; the entry is `identData:{id}`, its tags `identTags:{id}`. */
export const typo3 = entrySetLayout({
  id: 'typo3',
  name: 'TYPO3',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: false,
    orphans: 'recheck',
    purge: PURGES_ALL,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey) {
    const [, prefix, tag] = /^(.*?)tagIdents:(.+)$/s.exec(tagKey) ?? [];
    if (prefix === undefined || tag === undefined) return null;
    const reverse = { prefix: `${prefix}identTags:`, indexPrefix: `${prefix}tagIdents:` };
    return { tag, entryPrefix: `${prefix}identData:`, reverse, memberLists: [], tagList: null };
  },
});
