import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import { type Estimate, estimateCount, estimateSum, exact } from '#shared/statistics.ts';

const PAGE_SIZE = 200;
/** A key that goes within this time would have gone before the purge is talked through, ms. */
const SOON_MS = 5 * 60_000;
/** TTLs are read of so many keys only, since PTTL raises keyspace_hits: +-7 points. */
const TTL_SAMPLE_KEYS = 200;

export interface KeySample {
  readonly existingCount: Estimate;
  readonly bytes: Estimate;
  /** 0-1; null when no sampled key exists. */
  readonly expiringSoonRatio: number | null;
  /** The five largest of the sampled keys, the largest first. */
  readonly largest: readonly { readonly key: Buffer; readonly bytes: number }[];
}

/**
 * What the sampled keys are now, scaled to `keyCount`. MEMORY USAGE tells missing from existing without a trace
 * (no hit, no idle-time reset); PTTL adds one hit a key. Throws `RedisFault`.
 */
export async function sampleKeys(
  connection: RedisConnection,
  sample: readonly Buffer[],
  keyCount: number,
): Promise<KeySample> {
  const sizes: { key: Buffer; bytes: number | null }[] = [];
  for (let at = 0; at < sample.length; at += PAGE_SIZE) {
    const page = sample.slice(at, at + PAGE_SIZE);
    const replies = await connection.pipeline(page.map((key) => ['MEMORY', 'USAGE', key]));
    for (const [index, key] of page.entries()) sizes.push({ key, bytes: parseInteger(replies[index]) });
  }
  const existing = sizes.flatMap(({ key, bytes }) => (bytes === null ? [] : [{ key, bytes }]));
  return {
    existingCount: estimateCount(existing.length, sample.length, keyCount) ?? exact(0),
    bytes: estimateSum(
      sizes.map(({ bytes }) => bytes ?? 0),
      keyCount,
    ),
    expiringSoonRatio: await readExpiringSoon(
      connection,
      existing.map(({ key }) => key),
    ),
    largest: existing.toSorted((a, b) => b.bytes - a.bytes).slice(0, 5),
  };
}

async function readExpiringSoon(
  connection: RedisConnection,
  keys: readonly Buffer[],
): Promise<number | null> {
  const asked = keys.slice(0, TTL_SAMPLE_KEYS);
  if (asked.length === 0) return null;
  const replies = await connection.pipeline(asked.map((key) => ['PTTL', key]));
  const ttls = replies.flatMap((reply) => (reply instanceof RedisFault ? [] : [parseInteger(reply) ?? -2]));
  const known = ttls.filter((ttlMs) => ttlMs !== -2);
  if (known.length === 0) return null;
  return known.filter((ttlMs) => ttlMs >= 0 && ttlMs <= SOON_MS).length / known.length;
}
