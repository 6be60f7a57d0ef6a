import { clientPrefix } from '../entrySets/clientPrefix.ts';
import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { HOLDS_NOTHING, PURGES_OWN } from '../layoutTraits.ts';

/** What stands before a tag: since Symfony 6.1, and in earlier ones. */
const MARKERS = ['\u0001tags\u0001', '\0tags\0'];

/**
 * Symfony's RedisTagAwareAdapter (Shopware, Ibexa): `{client prefix}{namespace}{marker}{tag}`, a set of the keys of its entries
 * without the prefix of the client. Where prefix and namespace part is told by a member alone.
 */
export const symfonyRedis = entrySetLayout({
  id: 'symfonyRedis',
  name: 'Symfony RedisTagAware',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: false,
    orphans: 'recheck',
    purge: PURGES_OWN,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey, member) {
    const marker = MARKERS.find((text) => tagKey.includes(text));
    if (marker === undefined) return null;
    const at = tagKey.indexOf(marker);
    const tag = tagKey.slice(at + marker.length);
    if (tag === '') return null;
    return plainNames(tag, member === null ? '' : clientPrefix(tagKey.slice(0, at), member));
  },
});
