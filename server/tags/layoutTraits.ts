/** How members that no entry stands behind are taken out of an index without ever unlisting an entry that is stored meanwhile. */
export type OrphanRule =
  /** Looked at, taken out, looked at again, and listed again where an entry has come: right after, and once more a second later. */
  'recheck' | { readonly unsafe: string };

/** What an operator must know of a layout besides its names. */
export interface LayoutTraits {
  /** False where the library never gives an index a TTL: then none is no surprise. */
  readonly hasIndexTtl: boolean;
  readonly orphans: OrphanRule;
  /** What a purge leaves in Redis, in a sentence. */
  readonly purge: string;
  /** What services that hold entries in memory do after a purge, in a sentence. */
  readonly reach: string;
}

export const PURGES_ALL =
  'A purge removes the entries, and their names from this index and from those of their other tags.';
export const PURGES_OWN =
  'A purge removes the entries and this index; other tags of these entries keep their names, as after a purge by the library.';
export const HOLDS_NOTHING =
  'Services of this library hold no entries in memory, so that the purge reaches all of it.';
