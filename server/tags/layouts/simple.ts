import { keyTagsKeyName, parseTagKeyName, SIMPLE_LAYOUT, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { PURGES_ALL } from '../layoutTraits.ts';

/** The library's own layout (shared/tags/simpleTagLayout.ts): a set of keys for each tag, a set of tags for each key. */
export const simple = entrySetLayout({
  id: SIMPLE_LAYOUT,
  name: 'Cachescope',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: true,
    orphans: 'recheck',
    purge: PURGES_ALL,
    reach: 'Copies in the memory of services (L1) are served until their own TTL ends.',
  },
  namesOf(tagKey) {
    const parsed = parseTagKeyName(tagKey);
    if (parsed === null) return null;
    const { prefix, tag } = parsed;
    // `key-tags:blog:tag:7` lists the tags of a key named `blog:tag:7`: its members are no keys.
    if (/(^|:)key-tags:/.test(prefix)) return null;
    const reverse = { prefix: keyTagsKeyName(prefix, ''), indexPrefix: tagKeyName(prefix, '') };
    // A member is the whole name of its key.
    return { tag, entryPrefix: '', reverse, memberLists: [], tagList: null };
  },
});
