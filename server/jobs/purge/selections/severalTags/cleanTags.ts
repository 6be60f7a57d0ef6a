import type { RedisArgument, RedisCommand, RedisConnection } from '#server/redis/redisConnection.ts';
import type { RemovalCommands, TagIndex } from '#server/tags/tagLayout.ts';

interface Removed {
  readonly keys: readonly Buffer[];
  readonly isListedByAll: boolean;
}

/**
 * What leaves the indexes as purges of one tag after the other would: each cleans what it lists. A key that none lists any more
 * is given to all that may have listed it, since an earlier try without an answer may have got half way.
 */
export async function cleanTags(
  connection: RedisConnection,
  indexes: readonly TagIndex[],
  { keys, isListedByAll }: Removed,
): Promise<RemovalCommands> {
  const listed = isListedByAll
    ? indexes.map(() => keys.map(() => true))
    : await Promise.all(indexes.map((index) => index.readListed(connection, keys)));
  const isOrphan = keys.map((_, key) => listed.every((isListed) => isListed[key] !== true));
  const cleaned = await Promise.all(
    indexes.map(async (index, at) => {
      const own = keys.filter(
        (key, place) => listed[at]?.[place] === true || (isOrphan[place] === true && index.mayList(key)),
      );
      return own.length === 0 ? [] : (await index.prepareRemoval(connection, own)).cleanIndex;
    }),
  );
  return { removeValues: ['UNLINK', ...keys], cleanIndex: eachOnce(cleaned.flat()) };
}

/** What is left to be cleaned once no key is left: of each tag that was purged as a whole, or has no entry any more. */
export async function endTags(
  connection: RedisConnection,
  indexes: readonly TagIndex[],
  { isPurgeOfEach }: { readonly isPurgeOfEach: boolean },
): Promise<readonly RedisCommand[]> {
  const commands: RedisCommand[] = [];
  for (const index of indexes) {
    const isEnded = isPurgeOfEach || (await isEmpty(connection, index));
    if (isEnded) commands.push(...(await index.prepareEnd(connection)));
  }
  return commands;
}

/** Of a layout without lists, which has nothing to clean at the end, nobody walks all names for it. */
async function isEmpty(connection: RedisConnection, index: TagIndex): Promise<boolean> {
  return index.isOnlyWalked !== true && ((await index.readMemberCount(connection)) ?? 0) === 0;
}

/** Indexes of one layout clean the same sets: what an earlier command takes out of a key, a later one leaves away. */
function eachOnce(commands: readonly RedisCommand[]): readonly RedisCommand[] {
  const done = new Set<string>();
  const isNew = (...parts: readonly RedisArgument[]) => {
    const name = parts
      .map(textOf)
      .map((text) => `${text.length}:${text}`)
      .join();
    const wasThere = done.has(name);
    done.add(name);
    return !wasThere;
  };
  return commands.flatMap(([name, ...args]): RedisCommand[] => {
    if (name === 'UNLINK')
      return withSome(
        [name],
        args.filter((key) => isNew(name, key)),
      );
    const [key, ...members] = args;
    if (key === undefined) return [[name]];
    if (name === 'PUBLISH') return isNew(name, ...args) ? [[name, ...args]] : [];
    return withSome(
      [name, key],
      members.filter((member) => isNew(name, key, member)),
    );
  });
}

function withSome(start: RedisCommand, args: readonly RedisArgument[]): RedisCommand[] {
  const [name, ...first] = start;
  return args.length === 0 ? [] : [[name, ...first, ...args]];
}

function textOf(argument: RedisArgument): string {
  return Buffer.isBuffer(argument) ? argument.toString('latin1') : String(argument);
}
