import type { Redis } from 'ioredis';

export interface KeyState {
  readonly type: string;
  /** A string's bytes; of other types what they hold, without order. */
  readonly content: unknown;
  readonly expires: boolean;
}

/** Every key with its type, its content without order, and whether it expires: what two Redis that ended alike have alike. */
export async function readAllKeys(client: Redis): Promise<ReadonlyMap<string, KeyState>> {
  const all = new Map<string, KeyState>();
  for (const key of (await client.keysBuffer('*')).toSorted(Buffer.compare)) {
    const type = await client.type(key);
    const ttlMs = await client.pttl(key);
    all.set(key.toString('latin1'), {
      type,
      content: await readContent(client, key, type),
      expires: ttlMs >= 0,
    });
  }
  return all;
}

async function readContent(client: Redis, key: Buffer, type: string): Promise<unknown> {
  switch (type) {
    case 'set':
      return (await client.smembersBuffer(key)).map((member) => member.toString('latin1')).toSorted();
    case 'zset':
      return client.zrange(key, '0', '-1', 'WITHSCORES');
    case 'hash':
      return client.hgetall(key);
    default:
      return client.getBuffer(key);
  }
}
