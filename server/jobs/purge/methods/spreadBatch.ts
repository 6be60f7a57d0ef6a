import type { RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import { readRedisTimeMs } from '#server/tags/marks/readMark.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import { drawInteger, type RandomBytes } from '../../drawRandom.ts';
import type { Fence } from '../../fence/fence.ts';
import type { BatchParts, BatchResult } from './batch.ts';
import { type ActOnEach, already, inOrder, type Judgement, runRepeatable } from './repeatableBatch.ts';

export interface SpreadParts extends BatchParts {
  readonly overMs: number;
  readonly random: RandomBytes;
}

/**
 * Gives each key an expiry at a random moment within the span, unless it has an earlier one (PEXPIREAT LT, Redis 7). Moments are
 * drawn once, so that the same command does nothing the second time. Until then the entries are served and stay in their
 * tags. Behind the fence, a batch that is given up without an answer is read by PTTL, which counts as look-ups. Never throws
 * `RedisFault`.
 */
export function spreadBatch(parts: SpreadParts, keys: readonly Buffer[]): Promise<BatchResult> {
  const { clock, overMs, random } = parts;
  const nowMs = clock.nowMs();
  const expiries = keys.map((key) => ({ key, atMs: nowMs + 1 + drawInteger(random, overMs) }));
  const commands = expiries.map(({ key, atMs }): RedisCommand => ['PEXPIREAT', key, atMs, 'LT']);
  const act = parts.fence === null ? inOrder(commands) : fenced(parts.fence, commands, expiries);
  return runRepeatable(parts, act, (reply, isRepeated) =>
    reply === 1 ? 'done' : reply === 0 ? already(isRepeated) : 'fault',
  );
}

interface Expiry {
  readonly key: Buffer;
  readonly atMs: number;
}

/** What a TTL, told in whole ms a little after the time, may be off by. Ours. */
const TTL_SLACK_MS = 100;

function fenced(fence: Fence, commands: readonly RedisCommand[], expiries: readonly Expiry[]): ActOnEach {
  return {
    count: commands.length,
    run: (connection) => fence.send(connection, commands),
    settle: async (connection, stop) =>
      (await fence.settle(connection, stop)) ? readExpiries(connection, expiries) : null,
  };
}

/** A key that is gone, or expires by then, is as it should be; any other was not reached. */
async function readExpiries(
  connection: RedisConnection,
  expiries: readonly Expiry[],
): Promise<readonly Judgement[]> {
  const redisNowMs = await readRedisTimeMs(connection);
  const ttls = await connection.pipeline(expiries.map(({ key }) => ['PTTL', key]));
  return expiries.map(({ atMs }, at) => {
    const ttlMs = parseInteger(ttls[at]) ?? -1;
    const isSet = ttlMs === -2 || (ttlMs >= 0 && redisNowMs + ttlMs <= atMs + TTL_SLACK_MS);
    return isSet ? 'found' : 'late';
  });
}
