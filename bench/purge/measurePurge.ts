import { fillKeyspace } from '#bench/fillKeyspace.ts';
import { startGetLoad } from '#bench/getLoad.ts';
import { openClient } from '#test/support/redis/openClient.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { planOnEngine } from './enginePurge.ts';
import { fillPattern, fillTag } from './fillPurged.ts';
import { type Contestant, measureInTurn, type PurgeRow } from './measureInTurn.ts';
import { measureTagList, type TagListReport } from './measureTagList.ts';
import { shellPurges } from './shellPurges.ts';

export interface PurgeReport {
  readonly loadPerSecond: number;
  readonly tag: readonly PurgeRow[];
  readonly pattern: readonly PurgeRow[];
  readonly tags: TagListReport;
}

interface Sizes {
  readonly tagKeys: number;
  readonly patternKeys: number;
  /** Of a purge at the pace of production, 2,000 keys a second. */
  readonly pacedKeys: number;
  readonly neighbourKeys: number;
  readonly tags: number;
}

const FULL: Sizes = {
  ...{ tagKeys: 200_000, patternKeys: 1_000_000, pacedKeys: 20_000 },
  ...{ neighbourKeys: 100_000, tags: 100_000 },
};
const QUICK: Sizes = {
  ...{ tagKeys: 10_000, patternKeys: 20_000, pacedKeys: 2_000 },
  ...{ neighbourKeys: 5_000, tags: 2_000 },
};
const LOAD_PER_SECOND = 5_000;

/** Each way in turn on one throw-away server, with the same load of GETs beside it. */
export async function measurePurge({ isQuick }: { readonly isQuick: boolean }): Promise<PurgeReport> {
  const sizes = isQuick ? QUICK : FULL;
  await using redis = await startRedis();
  const settings = {
    host: '127.0.0.1',
    port: redis.port,
    database: 0,
    username: null,
    password: null,
    tls: null,
  };
  await fillKeyspace(settings, sizes.neighbourKeys);
  const load = await startGetLoad(redis.port, { perSecond: LOAD_PER_SECOND, keyCount: sizes.neighbourKeys });
  try {
    const tag = await measureInTurn({ redis, load }, tagContestants(sizes));
    const pattern = await measureInTurn({ redis, load }, patternContestants(sizes));
    return { loadPerSecond: LOAD_PER_SECOND, tag, pattern, tags: await measureTagList(sizes.tags) };
  } finally {
    await load.close();
  }
}

function tagContestants({ tagKeys, pacedKeys }: Sizes): readonly Contestant[] {
  const selection = { by: 'tag', layout: 'simple', tagKey: 'tag:big' } as const;
  const big = { keyCount: tagKeys, fill: fillTag };
  const ours = (isPaced: boolean, isKept: boolean) => (port: number) =>
    planOnEngine(port, { selection, isPaced, isKept });
  return [
    { how: 'ours, unpaced', ...big, prepare: ours(false, false) },
    { how: 'ours, unpaced, kept for an undo', ...big, prepare: ours(false, true) },
    { how: 'ours, as in production', ...big, keyCount: pacedKeys, prepare: ours(true, true) },
    {
      how: 'SSCAN | xargs redis-cli unlink',
      ...big,
      prepare: async (port) => ({ run: () => shellPurges.tag(port) }),
    },
    { how: 'SMEMBERS + DEL', ...big, prepare: async (port) => ({ run: () => membersAndDel(port) }) },
  ];
}

function patternContestants({ patternKeys, pacedKeys }: Sizes): readonly Contestant[] {
  const selection = { by: 'pattern', pattern: 'purged:{id}' } as const;
  const big = { keyCount: patternKeys, fill: fillPattern };
  const ours = (isPaced: boolean) => (port: number) =>
    planOnEngine(port, { selection, isPaced, isKept: false });
  return [
    { how: 'ours, unpaced', ...big, prepare: ours(false) },
    { how: 'ours, as in production', ...big, keyCount: pacedKeys, prepare: ours(true) },
    {
      how: 'redis-cli --scan --pattern | xargs redis-cli unlink',
      ...big,
      prepare: async (port) => ({ run: () => shellPurges.pattern(port) }),
    },
  ];
}

/** The reverse index goes with the values, as with ours; in one command each, as the manual of many a library has it. */
async function membersAndDel(port: number): Promise<void> {
  const client = openClient({ port });
  try {
    const members = await client.smembers('tag:big');
    await client.del(members);
    await client.del(members.map((key) => `key-tags:${key}`));
    await client.del('tag:big');
  } finally {
    client.disconnect();
  }
}
