import type { Redis } from 'ioredis';

/** Of each key its bytes and when it expires: what is the same twice was not touched in between. */
export async function keyDigests(client: Redis): Promise<ReadonlyMap<string, string>> {
  const keys = (await client.keysBuffer('*')).toSorted(Buffer.compare);
  const pipeline = client.pipeline();
  for (const key of keys) pipeline.dumpBuffer(key).pexpiretime(key);
  const replies = (await pipeline.exec()) ?? [];
  return new Map(
    keys.map((key, at) => {
      const [, dump] = replies[at * 2] ?? [];
      const [, expiresAtMs] = replies[at * 2 + 1] ?? [];
      return [key.toString('latin1'), `${Buffer.isBuffer(dump) ? dump.toString('hex') : ''} ${expiresAtMs}`];
    }),
  );
}
