import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { HOLDS_NOTHING, PURGES_OWN } from '../layoutTraits.ts';

/**
 * django-cacheops 7 in its normal mode: `{prefix}conj:{table}:{field=value&…}`, a set of whole keys of query results. The tag is
 * the table with its condition, or the table alone.
 */
export const cacheops = entrySetLayout({
  id: 'cacheops',
  name: 'django-cacheops',
  indexType: 'set',
  isToldByName: true,
  traits: {
    hasIndexTtl: true,
    orphans: 'recheck',
    purge: PURGES_OWN,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey) {
    const [, table, condition] = /(?:^|[:_.-])conj:([^:]+):(.*)$/s.exec(tagKey) ?? [];
    if (table === undefined || condition === undefined) return null;
    return plainNames(condition === '' ? table : `${table}:${condition}`, '');
  },
});
