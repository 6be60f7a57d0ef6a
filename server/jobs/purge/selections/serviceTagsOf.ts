import type { TagIndex } from '#server/tags/tagLayout.ts';
import { parseTagKeyName, SIMPLE_LAYOUT } from '#shared/tags/simpleTagLayout.ts';
import type { ServiceTag } from './selection.ts';

/** The tags of cachescope/cache among these. */
export function serviceTagsOf(indexes: readonly TagIndex[]): readonly ServiceTag[] {
  return indexes.flatMap(({ layout, tagKey }) => {
    const tag = layout.id === SIMPLE_LAYOUT ? parseTagKeyName(tagKey.toString('utf8')) : null;
    return tag === null ? [] : [tag];
  });
}
