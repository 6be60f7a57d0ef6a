import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import type { PredicateParts } from '../predicates/openPredicates.ts';
import { filteredSelection } from './filteredSelection.ts';
import { keySelection } from './keySelection.ts';
import { type LetterParts, openLetterSelection } from './letterSelection.ts';
import { globSelection, patternSelection } from './scanSelection.ts';
import type { Selection } from './selection.ts';
import { openTagsSelection } from './severalTags/openTagsSelection.ts';
import { openTagSelection } from './tagSelection.ts';

interface SelectionParts extends PredicateParts, LetterParts {}

/** What the operator asked for. Throws `AppError` badInput, notFound; `RedisFault`. */
export async function openSelection(
  connection: RedisConnection,
  asked: PurgeSelection,
  parts: SelectionParts,
): Promise<Selection> {
  switch (asked.by) {
    case 'tag':
      return openTagSelection(connection, asked, parts.clock);
    case 'tags':
      return openTagsSelection(connection, asked, parts.clock);
    case 'keys':
      return keySelection(asked.keys);
    case 'pattern':
      return withConditions(connection, patternSelection(asked.pattern, parts), { asked, parts });
    case 'glob':
      return withConditions(connection, globSelection(asked.glob, parts.clock), { asked, parts });
    case 'letter':
      return openLetterSelection(connection, asked, parts);
  }
}

async function withConditions(
  connection: RedisConnection,
  inner: Selection,
  {
    asked: { where },
    parts,
  }: { asked: { where?: readonly KeyPredicate[] | undefined }; parts: PredicateParts },
): Promise<Selection> {
  return where === undefined ? inner : filteredSelection(connection, { inner, where }, parts);
}
