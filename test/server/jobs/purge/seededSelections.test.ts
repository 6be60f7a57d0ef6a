import { expect, it } from 'vitest';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { formatKey } from '#shared/keyText.ts';
import { seededTest } from '#test/support/interleaving/runSeeds.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
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
  readonly hasTtl: boolean;
  readonly isLarge: boolean;
  readonly isJson: boolean;
}

const TAGS = ['red', '*', 'a[b]', 'x y'];

function makeKeys(world: World, seed: number): MadeKey[] {
  const made = new Map<string, MadeKey>();
  const add = (key: Buffer, isNumbered: boolean) =>
    made.set(key.toString('latin1'), {
      ...{ key, isNumbered, tags: TAGS.filter(() => world.chance(0.3)) },
      ...{ hasTtl: world.chance(0.7), isLarge: world.chance(0.3), isJson: world.chance(0.5) },
    });
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

const LARGE_BYTES = 3_000;

async function store({ key, tags, hasTtl, isLarge, isJson }: MadeKey): Promise<void> {
  const { client } = bench.redis;
  if (tags.length > 0) await storeTagged(client, key, tags);
  const text = 'v'.repeat(isLarge ? LARGE_BYTES : 5);
  await client.set(key, isJson ? `{"a":"${text}"}` : `words ${text}`);
  if (hasTtl) await client.expire(key, 3_600);
}

/** Some conditions, and whether they hold of a key by how it was made. */
function chooseConditions(world: World): [KeyPredicate[], (made: MadeKey) => boolean] {
  const all: [KeyPredicate, (made: MadeKey) => boolean][] = [
    [{ is: 'withoutTtl' }, ({ hasTtl }) => !hasTtl],
    [{ is: 'larger', thanBytes: LARGE_BYTES - 500 }, ({ isLarge }) => isLarge],
    [{ is: 'format', format: 'json' }, ({ isJson }) => isJson],
  ];
  const some = all.filter(() => world.chance(0.5));
  const chosen = some.length > 0 ? some : all.slice(0, 1);
  return [chosen.map(([predicate]) => predicate), (made) => chosen.every(([, holds]) => holds(made))];
}

/** What to purge, and which keys that is, by how they were made; of a glob, by what Redis itself matches. */
async function chooseSelection(
  world: World,
  made: readonly MadeKey[],
): Promise<[PurgeSelection, Set<string>]> {
  const namesOf = (keys: readonly MadeKey[]) => new Set(keys.map(({ key }) => key.toString('latin1')));
  const short = made.filter(({ key }) => key.length < 1_000);
  switch (world.pick(['tag', 'tags', 'keys', 'pattern', 'where', 'glob'] as const)) {
    case 'tag': {
      const tag = world.pick(TAGS);
      const tagKey = formatKey(Buffer.from(`tag:${tag}`));
      return [
        { by: 'tag', layout: 'simple', tagKey },
        namesOf(made.filter(({ tags }) => tags.includes(tag))),
      ];
    }
    case 'tags': {
      const match = world.pick(['any', 'all'] as const);
      const chosen = TAGS.filter(() => world.chance(0.5));
      const named = chosen.length > 1 ? chosen : TAGS.slice(0, 2);
      const tags = named.map((tag) => ({ layout: 'simple', tagKey: formatKey(Buffer.from(`tag:${tag}`)) }));
      const isMeant = (key: MadeKey) =>
        match === 'any'
          ? named.some((tag) => key.tags.includes(tag))
          : named.every((tag) => key.tags.includes(tag));
      return [{ by: 'tags', match, tags }, namesOf(made.filter(isMeant))];
    }
    case 'where': {
      const [where, holds] = chooseConditions(world);
      return world.chance(0.5)
        ? [
            { by: 'pattern', pattern: 'n:{id}', where },
            namesOf(made.filter((key) => key.isNumbered && holds(key))),
          ]
        : [
            { by: 'glob', glob: 'n*', where },
            namesOf(made.filter((key) => key.key.toString('latin1').startsWith('n') && holds(key))),
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
  const isFenced = seed % 2 === 0;
  if (isFenced) await loadFence(bench.redis.client);
  else await bench.redis.client.function('FLUSH');
  const made = makeKeys(world, seed);
  for (const one of made) await store(one);
  const [selection, expected] = await chooseSelection(world, made);
  const before = (await namesLeft()).filter(isValue);
  const harness = guardedJobsHarness(openOperator, { patternOf: (key) => key.replace(/^n:\d+$/, 'n:{id}') });
  const outcome = await harness.planOf(selection, { isWholeCacheMeant: true, method: { how: 'now' } }).then(
    async (plan) => {
      expect(plan.fence.state).toBe(isFenced ? 'fenced' : 'unfenced');
      return (await harness.ended(await harness.start(plan))).state;
    },
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
