import type { Redis } from 'ioredis';

/** Stores an entry as the library does: value, index and reverse index together. */
export async function storeTagged(
  client: Redis,
  key: string | Buffer,
  tags: readonly string[],
): Promise<void> {
  const multi = client.multi().set(key, 'value', 'EX', 3_600);
  const tagsKey = Buffer.concat([Buffer.from('key-tags:'), Buffer.from(key)]);
  for (const tag of tags) multi.sadd(`tag:${tag}`, key).sadd(tagsKey, tag);
  await multi.exec();
}

/** Entries `{prefix}0` to `{prefix}{count - 1}`, all with these tags. */
export async function storeManyTagged(
  client: Redis,
  {
    count,
    prefix,
    tags,
  }: { readonly count: number; readonly prefix: string; readonly tags: readonly string[] },
): Promise<void> {
  await Promise.all(
    Array.from({ length: count }, (_, index) => storeTagged(client, `${prefix}${index}`, tags)),
  );
}
