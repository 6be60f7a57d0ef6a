import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';

/** eko/gocache (Go): `gocache_tag_{tag}`, a set of whole keys. */
export const gocache = entrySetLayout({
  id: 'gocache',
  name: 'gocache',
  indexType: 'set',
  isToldByName: true,
  namesOf(tagKey) {
    const [, tag] = /^gocache_tag_(.+)$/s.exec(tagKey) ?? [];
    return tag === undefined ? null : plainNames(tag, '');
  },
});
