import type { RedisSettings } from '#server/config/config.ts';
import { openRespSession } from '#server/redis/respSession.ts';

/** Families of the bench's keys; each has its size, its TTL and its share. */
const FAMILY_COUNT = 40;
const BATCH_KEYS = 5_000;
const SMALLEST_BYTES = 16;

/** Writes `keyCount` strings of 40 patterns, 16 B to 1 KB, two in three with a TTL. The same keys every time. */
export async function fillKeyspace(settings: RedisSettings, keyCount: number): Promise<void> {
  const session = await openRespSession({ settings, clientName: 'bench-fill', timeoutMs: 60_000 });
  try {
    for (let from = 0; from < keyCount; from += BATCH_KEYS) {
      const count = Math.min(BATCH_KEYS, keyCount - from);
      await session.send(Array.from({ length: count }, (_, at) => setCommand(from + at)));
    }
  } finally {
    session.close();
  }
}

/** Name of the key with this number. */
export function keyName(number: number): string {
  const family = number % FAMILY_COUNT;
  return `app:family${String.fromCharCode(97 + (family % 26))}${family < 26 ? '' : 'x'}:${number}`;
}

function setCommand(number: number): readonly [string, ...string[]] {
  const family = number % FAMILY_COUNT;
  const value = 'v'.repeat(SMALLEST_BYTES * (1 + (family % 8) ** 2));
  const name = keyName(number);
  return family % 3 === 0
    ? ['SET', name, value]
    : ['SET', name, value, 'EX', String(3_600 + (number % 86_400))];
}
