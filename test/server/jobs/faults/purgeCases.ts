import type { Redis } from 'ioredis';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
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
/** As many as one request may name, less some: one batch. */
const NAMED = 60;

const range = (count: number) => Array.from({ length: count }, (_, id) => id);

type Pipeline = ReturnType<Redis['pipeline']>;

const tagOf = (layout: string, tagKey: string): PurgeSelection => ({
  by: 'tag',
  layout,
  tagKey: formatKey(Buffer.from(tagKey)),
});

/** Values, and what the index says of each. */
function caseOf(
  { name, selection }: Pick<PurgeCase, 'name' | 'selection'>,
  keyCount: number,
  write: (pipeline: Pipeline, id: number) => void,
): PurgeCase {
  return {
    name,
    keyCount,
    selection,
    async write(client) {
      const pipeline = client.pipeline();
      for (const id of range(keyCount)) write(pipeline, id);
      for (const [error] of (await pipeline.exec()) ?? []) if (error !== null) throw error;
    },
  };
}

/** Our own layout: a set a tag, and a reverse index; each entry has another tag too. */
const simple = (count: number): PurgeCase => ({
  name: 'a tag of our layout',
  keyCount: count,
  selection: tagOf('simple', 'tag:a'),
  write: (client) => storeManyTagged(client, { count, prefix: 'p:', tags: ['a', 'b'] }),
});

/** A sorted set of names without their prefix. */
const laravel = (count: number) =>
  caseOf(
    { name: 'a tag of Laravel', selection: tagOf('laravel', 'shop-tag:people:entries') },
    count,
    (pipeline, id) => {
      const member = `${'0'.repeat(39)}a:${id}`;
      pipeline.zadd('shop-tag:people:entries', 4_102_444_800, member).set(`shop-${member}`, 'v', 'EX', 3_600);
    },
  );

/** A set of names without the client's prefix. */
const symfony = (count: number) =>
  caseOf(
    { name: 'a tag of Symfony', selection: tagOf('symfonyRedis', 'shop:pRyc7F6gAb:\u0001tags\u0001people') },
    count,
    (pipeline, id) => {
      pipeline.sadd('shop:pRyc7F6gAb:\u0001tags\u0001people', `pRyc7F6gAb:${id}`);
      pipeline.set(`shop:pRyc7F6gAb:${id}`, 'v', 'EX', 3_600);
    },
  );

/** One hash with the tags of all entries, and messages to running services. */
const next = (count: number) =>
  caseOf(
    { name: 'a tag of Next.js', selection: tagOf('nextSharedTags', 'shop:__sharedTags__[people]') },
    count,
    (pipeline, id) => {
      pipeline.hset('shop:__sharedTags__', String(id), '["people"]').set(`shop:${id}`, 'v', 'EX', 3_600);
    },
  );

const libraryEntry = encodeEntry(
  {
    ...{ isNegative: false, isTagged: false, softExpiryAtMs: 4_102_444_800_000, loadMs: 12 },
    ...{ version: 7, storedAtMs: 1_700_000_000_000, owner: NO_OWNER },
  },
  Buffer.from('"payload"'),
);

/** Keys that nothing indexes, the first of them an entry of cachescope/cache. */
const plain = (name: string, selection: PurgeSelection, count: number) =>
  caseOf({ name, selection }, count, (pipeline, id) => {
    pipeline.set(`q:${id}`, id === 0 ? libraryEntry : 'v', 'EX', 3_600);
  });

/** Every kind of selection, of so many keys. */
export function purgeCasesOf(count: number): readonly PurgeCase[] {
  const namedCount = Math.min(count, NAMED);
  return [
    simple(count),
    laravel(count),
    symfony(count),
    next(count),
    plain('keys', { by: 'keys', keys: range(namedCount).map((id) => `q:${id}`) }, namedCount),
    plain('a pattern', { by: 'pattern', pattern: 'q:{id}' }, count),
    plain('a glob', { by: 'glob', glob: 'q:*' }, count),
  ];
}

export const purgeCases = purgeCasesOf(MANY);

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
    way: 'in stages, not kept',
    command: 'UNLINK',
    input: { method: { how: 'staged', overMs: 60_000 }, isDataBad: true, isWholeCacheMeant },
  },
  {
    way: 'spread',
    command: 'PEXPIREAT',
    input: { method: { how: 'spread', overMs: 60_000 }, isWholeCacheMeant },
  },
];

/** Every selection in every way. */
export function purgesOf(cases: readonly PurgeCase[]) {
  return cases.flatMap((what) => purgeWays.map((way) => ({ ...what, ...way })));
}

/** Those whose batches are as large as can be. */
export function inFullBatches<P extends PurgeWay>(purges: readonly P[]): readonly P[] {
  return purges.filter(({ input }) => input.method?.how !== 'staged');
}

/** Keys that are done when the second batch fails; those of one batch alone fail at once. */
export function doneBeforeFault({ keyCount }: PurgeCase): number {
  return keyCount > 100 ? 100 : 0;
}

/** Which of its commands, from 0, begins the second batch; the first, where there is one batch only. */
export function secondBatchAt({ command, keyCount, name }: PurgeCase & PurgeWay): number {
  if (keyCount <= 100) return 0;
  if (command === 'PEXPIREAT') return 100;
  // What a tag lists is removed twice a batch; our own layout also drops what lists the tags of each entry.
  if (!name.startsWith('a tag')) return 1;
  return name === 'a tag of our layout' ? 3 : 2;
}
