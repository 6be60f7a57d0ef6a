import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';

/** cashews (Python): `_tag:{tag}`, a set of whole keys. */
export const cashews = entrySetLayout({
  id: 'cashews',
  name: 'cashews',
  indexType: 'set',
  isToldByName: true,
  namesOf(tagKey) {
    const [, prefix, tag] = /^(|.*?:)_tag:(.+)$/s.exec(tagKey) ?? [];
    return prefix === undefined || tag === undefined ? null : plainNames(tag, prefix);
  },
});
