import type { RedisCommand } from '#server/redis/redisConnection.ts';
import { drawInteger, type RandomBytes } from '../../drawRandom.ts';
import type { BatchParts, BatchResult } from './batch.ts';
import { already, inOrder, runRepeatable } from './repeatableBatch.ts';

export interface SpreadParts extends BatchParts {
  readonly overMs: number;
  readonly random: RandomBytes;
}

/**
 * Gives each key an expiry at a random moment within the span, unless it has an earlier one (PEXPIREAT LT, Redis 7). Moments are
 * drawn once, so that the same command does nothing the second time. Until then the entries are served and stay in their
 * tags. Never throws `RedisFault`.
 */
export function spreadBatch(parts: SpreadParts, keys: readonly Buffer[]): Promise<BatchResult> {
  const { clock, overMs, random } = parts;
  const nowMs = clock.nowMs();
  const commands = keys.map(
    (key): RedisCommand => ['PEXPIREAT', key, nowMs + 1 + drawInteger(random, overMs), 'LT'],
  );
  return runRepeatable(parts, inOrder(commands), (reply, isRepeated) =>
    reply === 1 ? 'done' : reply === 0 ? already(isRepeated) : 'fault',
  );
}
