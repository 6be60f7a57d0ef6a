import type { Redis } from 'ioredis';

const BATCH_KEYS = 2_000;
const VALUE = 'v'.repeat(200);

type Pipeline = ReturnType<Redis['pipeline']>;

/** Entries of one tag in our layout: value, index and reverse index. */
export function fillTag(client: Redis, keyCount: number): Promise<void> {
  return fill(client, keyCount, (pipeline, id) => {
    const key = `purged:${id}`;
    pipeline.set(key, VALUE, 'EX', 86_400).sadd('tag:big', key).sadd(`key-tags:${key}`, 'big');
  });
}

/** Entries of one pattern, without tags. */
export function fillPattern(client: Redis, keyCount: number): Promise<void> {
  return fill(client, keyCount, (pipeline, id) => {
    pipeline.set(`purged:${id}`, VALUE, 'EX', 86_400);
  });
}

/** Tags with three entries each, as names alone. */
export function fillTags(client: Redis, tagCount: number): Promise<void> {
  return fill(client, tagCount, (pipeline, id) => {
    pipeline.sadd(`tag:t${id}`, `a${id}`, `b${id}`, `c${id}`);
  });
}

async function fill(
  client: Redis,
  count: number,
  write: (pipeline: Pipeline, id: number) => void,
): Promise<void> {
  for (let from = 0; from < count; from += BATCH_KEYS) {
    const pipeline = client.pipeline();
    for (let id = from; id < Math.min(count, from + BATCH_KEYS); id += 1) write(pipeline, id);
    await pipeline.exec();
  }
}
