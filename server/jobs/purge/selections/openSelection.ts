import type { Clock } from '#server/clock/clock.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { keySelection } from './keySelection.ts';
import { globSelection, patternSelection } from './scanSelection.ts';
import type { Selection } from './selection.ts';
import { openTagSelection } from './tagSelection.ts';

export interface SelectionParts {
  readonly clock: Clock;
  readonly patternOf: (keyText: string) => string;
}

/** What the operator asked for. Throws `AppError` badInput, notFound; `RedisFault`. */
export async function openSelection(
  connection: RedisConnection,
  asked: PurgeSelection,
  parts: SelectionParts,
): Promise<Selection> {
  switch (asked.by) {
    case 'tag':
      return openTagSelection(connection, asked, parts.clock);
    case 'keys':
      return keySelection(asked.keys);
    case 'pattern':
      return patternSelection(asked.pattern, parts);
    case 'glob':
      return globSelection(asked.glob, parts.clock);
  }
}
