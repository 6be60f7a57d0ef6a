import { expect, it } from 'vitest';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { formatKey } from '#shared/keyText.ts';
import { seededTest } from '#test/support/interleaving/runSeeds.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { seededRandom } from '#test/support/jobs/simulatedRedis.ts';
import { storeTagged } from '#test/support/jobs/storeTagged.ts';

const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const SEED_COUNT = Number(process.env.SEEDS ?? 200);
const LONG_KEY_BYTES = 512 * 1024;
/** One keyspace in so many has a key of half a megabyte. */
const LONG_KEY_EVERY = 50;

const bench = purgeBench();
const { openOperator } = bench;

/** Bytes that mean something to a glob, a shell, a protocol or UTF-8, and some that do not. */
const nasty = Buffer.from('ab1*?[]^-\\:{}\r\n\0"\'$ \u00e9', 'latin1');

interface World {
  readonly chance: (ratio: number) => boolean;
  readonly pick: <T>(items: readonly T[]) => T;
  readonly bytes: (most: number) => Buffer;
}

function openWorld(seed: number): World {
  const random = seededRandom(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  return {
    chance: (ratio) => random() < ratio,
    pick: (items) => {
      const item = items[below(items.length)];
      if (item === undefined) throw new Error('nothing to pick from');
      return item;
    },
    bytes: (most) =>
      Buffer.from(Array.from({ length: 1 + below(most) }, () => nasty[below(nasty.length)] ?? 0)),
  };
}

/** Keys by what they were made of: of the pattern `n:{id}`, or of nothing in particular. */
interface MadeKey {
  readonly key: Buffer;
  readonly isNumbered: boolean;
  readonly tags: readonly string[];
}

const TAGS = ['red', '*', 'a[b]', 'x y'];

function makeKeys(world: World, seed: number): MadeKey[] {
  const made = new Map<string, MadeKey>();
  const add = (key: Buffer, isNumbered: boolean) =>
    made.set(key.toString('latin1'), { key, isNumbered, tags: TAGS.filter(() => world.chance(0.3)) });
  for (let count = 0; count < 25; count += 1) {
    const isNumbered = world.chance(0.3);
    if (isNumbered) add(Buffer.from(`n:${world.pick([1, 22, 333, 4_444])}${world.pick([5, 6, 7])}`), true);
    else
      add(
        Buffer.concat([Buffer.from(world.pick(['n:', 'n', 'k'])), Buffer.from('_'), world.bytes(6)]),
        false,
      );
  }
  if (seed % LONG_KEY_EVERY === 0) add(Buffer.alloc(LONG_KEY_BYTES, 'k*'), false);
  return [...made.values()];
}

/** What to purge, and which keys that is, by how they were made; of a glob, by what Redis itself matches. */
async function chooseSelection(
  world: World,
  made: readonly MadeKey[],
): Promise<[PurgeSelection, Set<string>]> {
  const namesOf = (keys: readonly MadeKey[]) => new Set(keys.map(({ key }) => key.toString('latin1')));
  const short = made.filter(({ key }) => key.length < 1_000);
  switch (world.pick(['tag', 'keys', 'pattern', 'glob'] as const)) {
    case 'tag': {
      const tag = world.pick(TAGS);
      const tagKey = formatKey(Buffer.from(`tag:${tag}`));
      return [
        { by: 'tag', layout: 'simple', tagKey },
        namesOf(made.filter(({ tags }) => tags.includes(tag))),
      ];
    }
    case 'keys': {
      const some = short.filter(() => world.chance(0.3));
      const chosen = some.length > 0 ? some : short.slice(0, 1);
      return [{ by: 'keys', keys: chosen.map(({ key }) => formatKey(key)) }, namesOf(chosen)];
    }
    case 'pattern':
      return [{ by: 'pattern', pattern: 'n:{id}' }, namesOf(made.filter(({ isNumbered }) => isNumbered))];
    case 'glob': {
      const glob = Buffer.concat([world.bytes(3), Buffer.from(world.pick(['*', '?*', '[ab]*', '']))]);
      const found = await bench.redis.client.callBuffer('KEYS', glob);
      const matched = Array.isArray(found) ? found.filter((key) => Buffer.isBuffer(key)) : [];
      const names = new Set(matched.map((key) => key.toString('latin1')));
      return [{ by: 'glob', glob: formatKey(glob) }, names];
    }
  }
}

async function namesLeft(): Promise<string[]> {
  const found = await bench.redis.client.callBuffer('KEYS', '*');
  if (!Array.isArray(found)) throw new Error('KEYS gave no list');
  return found.filter((key) => Buffer.isBuffer(key)).map((key) => key.toString('latin1'));
}

/** Values, without what only indexes them. */
function isValue(name: string): boolean {
  return !name.startsWith('tag:') && !name.startsWith('key-tags:');
}

async function runWorld(seed: number): Promise<string[]> {
  const world = openWorld(seed);
  await bench.redis.client.flushall();
  const made = makeKeys(world, seed);
  for (const { key, tags } of made) {
    if (tags.length > 0) await storeTagged(bench.redis.client, key, tags);
    else await bench.redis.client.set(key, 'value', 'EX', 3_600);
  }
  const [selection, expected] = await chooseSelection(world, made);
  const before = (await namesLeft()).filter(isValue);
  const harness = guardedJobsHarness(openOperator, { patternOf: (key) => key.replace(/^n:\d+$/, 'n:{id}') });
  const outcome = await harness.planOf(selection, { isWholeCacheMeant: true, method: { how: 'now' } }).then(
    async (plan) => (await harness.ended(await harness.start(plan))).state,
    (error: unknown) => (error instanceof Error && 'code' in error ? error.code : String(error)),
  );
  const wanted = expected.size === 0 ? 'notFound' : 'completed';
  const left = new Set(await namesLeft());
  const missed = [...expected].filter((name) => left.has(name));
  const extra = before.filter((name) => !left.has(name) && !expected.has(name));
  return [
    ...(outcome === wanted
      ? []
      : [`${JSON.stringify(selection)} ended as ${String(outcome)}, not ${wanted}`]),
    ...missed.map((name) => `missed ${JSON.stringify(name.slice(0, 50))}`),
    ...extra.map((name) => `removed too much: ${JSON.stringify(name.slice(0, 50))}`),
  ];
}

it(`misses no key and takes none too many in ${SEED_COUNT} seeded keyspaces`, seededTest, async () => {
  const failures: string[] = [];
  for (let seed = FIRST_SEED; seed < FIRST_SEED + SEED_COUNT; seed += 1) {
    const wrong = await runWorld(seed);
    if (wrong.length > 0) failures.push(`FIRST_SEED=${seed} SEEDS=1: ${wrong.join('; ')}`);
  }
  expect(failures).toEqual([]);
});
