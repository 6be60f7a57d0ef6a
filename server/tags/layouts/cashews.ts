import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { PURGES_OWN } from '../layoutTraits.ts';

/** cashews (Python): `_tag:{tag}`, a set of whole keys. */
export const cashews = entrySetLayout({
  id: 'cashews',
  name: 'cashews',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: true,
    orphans: 'recheck',
    purge: PURGES_OWN,
    reach: 'Services with client-side caching are told by Redis itself.',
  },
  namesOf(tagKey) {
    const [, prefix, tag] = /^(|.*?:)_tag:(.+)$/s.exec(tagKey) ?? [];
    return prefix === undefined || tag === undefined ? null : plainNames(tag, prefix);
  },
});
