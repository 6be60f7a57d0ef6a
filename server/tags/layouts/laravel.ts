import { entrySetLayout } from '../entrySets/entrySetLayout.ts';
import { plainNames } from '../entrySets/indexNames.ts';
import { HOLDS_NOTHING, PURGES_OWN } from '../layoutTraits.ts';

/**
 * Laravel 10 to 13 (Illuminate/Cache/RedisTagSet): `{prefix}tag:{tag}:entries`, a sorted set of what follows the prefix in the
 * keys of its entries, by expiry. A flush leaves the members that entries have in the sets of their other tags; so do we.
 */
export const laravel = entrySetLayout({
  id: 'laravel',
  name: 'Laravel 10 to 13',
  indexType: 'zset',
  isToldByName: true,
  traits: {
    hasIndexTtl: false,
    orphans: {
      unsafe:
        'Laravel lists an entry before it stores it, so that one under way looks like one that is gone. Its own command takes out what has expired by its score: php artisan cache:prune-stale-tags.',
    },
    purge: PURGES_OWN,
    reach: HOLDS_NOTHING,
  },
  namesOf(tagKey) {
    // The first `tag:` that a prefix may end before: prefixes end in `_`, `-` or `:`, or there is none.
    const [, prefix, tag] = /^(|.*?[_:-])tag:(.+):entries$/s.exec(tagKey) ?? [];
    return prefix === undefined || tag === undefined ? null : plainNames(tag, prefix);
  },
});
