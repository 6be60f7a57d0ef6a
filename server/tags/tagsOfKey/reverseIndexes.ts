import { keyTagsKeyName, tagKeyName } from '#shared/tags/simpleTagLayout.ts';
import { asyncCacheDedupe } from '../layouts/asyncCacheDedupe.ts';
import { magento } from '../layouts/magento.ts';
import { simple } from '../layouts/simple.ts';
import { typo3 } from '../layouts/typo3.ts';
import type { TagLayout } from '../tagLayout.ts';

/** A set that would list the tags of an entry, if the entry were one of this layout. Names are bytes spelled as latin1. */
export interface ReverseIndex {
  readonly layout: TagLayout;
  readonly tagsKey: string;
  /** Before a tag of that set: the key of its index. */
  readonly indexPrefix: string;
}

/** Prefixes of services have few parts; each costs a MEMORY USAGE. */
const MAX_PREFIXES = 6;

type ReverseNames = (key: string) => readonly Omit<ReverseIndex, 'layout'>[];

/** By layout; the others keep no list of an entry's tags. */
const reverseNames: readonly (readonly [TagLayout, ReverseNames])[] = [
  [
    simple,
    (key) =>
      prefixesOf(key).map((prefix) => ({
        tagsKey: keyTagsKeyName(prefix, key),
        indexPrefix: tagKeyName(prefix, ''),
      })),
  ],
  [
    asyncCacheDedupe,
    (key) =>
      prefixesOf(key).map((prefix) => ({
        tagsKey: `${prefix}k:${key.slice(prefix.length)}`,
        indexPrefix: `${prefix}r:`,
      })),
  ],
  [
    magento,
    (key) => {
      const [, prefix, namespace, id] = /^(|.*:)([0-9a-f]{3}_):(.+)$/s.exec(key) ?? [];
      if (prefix === undefined || namespace === undefined || id === undefined) return [];
      return [
        {
          tagsKey: `${prefix}cache:id_tags:${namespace}${id}`,
          indexPrefix: `${prefix}cache:tags:${namespace}`,
        },
      ];
    },
  ],
  [
    typo3,
    (key) => {
      const [, prefix, id] = /^(.*?)identData:(.+)$/s.exec(key) ?? [];
      if (prefix === undefined || id === undefined) return [];
      return [{ tagsKey: `${prefix}identTags:${id}`, indexPrefix: `${prefix}tagIdents:` }];
    },
  ],
];

export const layoutsWithReverse: readonly TagLayout[] = reverseNames.map(([layout]) => layout);

/** Every name under which the tags of this key may be listed. */
export function reverseIndexesOf(key: Buffer): readonly ReverseIndex[] {
  const text = key.toString('latin1');
  return reverseNames.flatMap(([layout, namesOf]) => namesOf(text).map((names) => ({ ...names, layout })));
}

/** Nothing, and each start of the key that ends in a colon. */
function prefixesOf(key: string): readonly string[] {
  const prefixes = [''];
  for (
    let at = key.indexOf(':');
    at !== -1 && prefixes.length < MAX_PREFIXES;
    at = key.indexOf(':', at + 1)
  ) {
    prefixes.push(key.slice(0, at + 1));
  }
  return prefixes;
}
