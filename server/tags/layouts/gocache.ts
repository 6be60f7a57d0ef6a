import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { PURGES_OWN } from '../layoutTraits.ts';

/** eko/gocache (Go): `gocache_tag_{tag}`, a set of whole keys. */
export const gocache = entrySetLayout({
  id: 'gocache',
  name: 'gocache',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: true,
    orphans: 'recheck',
    purge: PURGES_OWN,
    reach: 'A chain with a store in memory serves its copies until they expire.',
  },
  namesOf(tagKey) {
    const [, tag] = /^gocache_tag_(.+)$/s.exec(tagKey) ?? [];
    return tag === undefined ? null : plainNames(tag, '');
  },
});
