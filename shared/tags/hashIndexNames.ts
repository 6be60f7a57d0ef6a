/** Hashes in which cache handlers of Next.js keep tags: those of entries, their ends, and when a path was revalidated. */
const names = [
  ...['__sharedTags__', '__sharedTagsTtl__', '__revalidated_tags__'],
  ...['__cacheComponents_sharedTags__', '__cacheComponents_revalidated_tags__'],
] as const;

/** For an ACL, after the prefix of the cache's keys. */
export const hashIndexGlobs: readonly string[] = names.map((name) => `*${name}`);

/** Whether fields may be taken out of the key: of an index, never of the times that readers compare with. */
export function isHashIndexName(key: string): boolean {
  return /__(?:sharedTags|sharedTagsTtl|cacheComponents_sharedTags)__$/.test(key);
}

export function isRevalidatedTagsName(key: string): boolean {
  return /__(?:cacheComponents_)?revalidated_tags__$/.test(key);
}
