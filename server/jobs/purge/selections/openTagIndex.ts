import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { tagLayouts } from '#server/tags/tagLayouts.ts';
import type { NamedTag } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { parseKey } from '#shared/keyText.ts';

/** The index that a request names; null when none of its layout is there. Throws `AppError` badInput for what is no tag; `RedisFault`. */
export async function openTagIndex(connection: RedisConnection, named: NamedTag): Promise<TagIndex | null> {
  const layout = tagLayouts.find((candidate) => candidate.id === named.layout);
  if (layout === undefined) throw new AppError('badInput', `There is no tag layout ${named.layout}.`);
  const tagKey = Buffer.from(parseKey(named.tagKey));
  if (layout.parseTagKey(tagKey) === null) {
    throw new AppError('badInput', `${named.tagKey} is not the name of a tag index of ${layout.name}.`);
  }
  return layout.open(connection, tagKey);
}

/** Why nothing can be purged of such a tag. */
export function noTagIndex({ layout, tagKey }: NamedTag): string {
  const name = tagLayouts.find(({ id }) => id === layout)?.name ?? layout;
  return `There is no tag index of ${name} under ${tagKey} (any more).`;
}
