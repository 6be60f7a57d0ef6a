import type { Redis } from 'ioredis';
import type { PurgeInput, PurgeSelection } from '#shared/acting/purgeInput.ts';
import { formatKey } from '#shared/keyText.ts';
import { storeManyTagged } from '#test/support/jobs/storeTagged.ts';

/** Keys of one selection, and how they come to be. */
export interface PurgeCase {
  readonly name: string;
  readonly keyCount: number;
  readonly selection: PurgeSelection;
  write(client: Redis): Promise<void>;
}

/** Three batches, the last one not full. */
const MANY = 250;

const range = (count: number) => Array.from({ length: count }, (_, id) => id);

/** Values, and what the index says of each. */
async function writeEach(
  client: Redis,
  write: (pipeline: ReturnType<Redis['pipeline']>, id: number) => void,
) {
  const pipeline = client.pipeline();
  for (const id of range(MANY)) write(pipeline, id);
  for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
}

const tagOf = (layout: string, tagKey: string): PurgeSelection => ({
  by: 'tag',
  layout,
  tagKey: formatKey(Buffer.from(tagKey)),
});

/** Our own layout: a set a tag, and a reverse index; each entry has another tag too. */
const simple: PurgeCase = {
  name: 'a tag of our layout',
  keyCount: MANY,
  selection: tagOf('simple', 'tag:a'),
  write: (client) => storeManyTagged(client, { count: MANY, prefix: 'p:', tags: ['a', 'b'] }),
};

/** A sorted set of names without their prefix. */
const laravel: PurgeCase = {
  name: 'a tag of Laravel',
  keyCount: MANY,
  selection: tagOf('laravel', 'shop-tag:people:entries'),
  write: (client) =>
    writeEach(client, (pipeline, id) => {
      const member = `${'0'.repeat(39)}a:${id}`;
      pipeline.zadd('shop-tag:people:entries', 4_102_444_800, member).set(`shop-${member}`, 'v', 'EX', 3_600);
    }),
};

/** A set of names without the client's prefix. */
const symfony: PurgeCase = {
  name: 'a tag of Symfony',
  keyCount: MANY,
  selection: tagOf('symfonyRedis', 'shop:pRyc7F6gAb:\u0001tags\u0001people'),
  write: (client) =>
    writeEach(client, (pipeline, id) => {
      pipeline.sadd('shop:pRyc7F6gAb:\u0001tags\u0001people', `pRyc7F6gAb:${id}`);
      pipeline.set(`shop:pRyc7F6gAb:${id}`, 'v', 'EX', 3_600);
    }),
};

/** One hash with the tags of all entries, and messages to running services. */
const next: PurgeCase = {
  name: 'a tag of Next.js',
  keyCount: MANY,
  selection: tagOf('nextSharedTags', 'shop:__sharedTags__[people]'),
  write: (client) =>
    writeEach(client, (pipeline, id) => {
      pipeline.hset('shop:__sharedTags__', String(id), '["people"]').set(`shop:${id}`, 'v', 'EX', 3_600);
    }),
};

function plain(name: string, selection: PurgeSelection, count = MANY): PurgeCase {
  return {
    name,
    keyCount: count,
    selection,
    async write(client) {
      const pipeline = client.pipeline();
      for (const id of range(count)) pipeline.set(`q:${id}`, 'v', 'EX', 3_600);
      await pipeline.exec();
    },
  };
}

export const purgeCases: readonly PurgeCase[] = [
  simple,
  laravel,
  symfony,
  next,
  plain('keys', { by: 'keys', keys: range(60).map((id) => `q:${id}`) }, 60),
  plain('a pattern', { by: 'pattern', pattern: 'q:{id}' }),
  plain('a glob', { by: 'glob', glob: 'q:*' }),
];

/** A way to purge, as it is asked for. */
export interface PurgeWay {
  readonly way: string;
  /** Of each key, the first command that changes something. */
  readonly command: 'UNLINK' | 'PEXPIREAT';
  readonly input: Pick<PurgeInput, 'method' | 'isDataBad' | 'isWholeCacheMeant'>;
}

const isWholeCacheMeant = true;

export const purgeWays: readonly PurgeWay[] = [
  {
    way: 'at once, kept for an undo',
    command: 'UNLINK',
    input: { method: { how: 'now' }, isWholeCacheMeant },
  },
  {
    way: 'at once, not kept',
    command: 'UNLINK',
    input: { method: { how: 'now' }, isDataBad: true, isWholeCacheMeant },
  },
  {
    way: 'spread',
    command: 'PEXPIREAT',
    input: { method: { how: 'spread', overMs: 60_000 }, isWholeCacheMeant },
  },
];

/** Every selection in every way. */
export const purges = purgeCases.flatMap((what) => purgeWays.map((way) => ({ ...what, ...way })));

/** Keys that are done when the second batch fails; those of one batch alone fail at once. */
export function doneBeforeFault({ keyCount }: PurgeCase): number {
  return keyCount > 100 ? 100 : 0;
}
