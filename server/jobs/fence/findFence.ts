import { encodeFenced, parseFenced } from '#server/redis/fence/fencedCall.ts';
import { type RedisArgument, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { PlanFence } from '#shared/acting/planFence.ts';
import { FENCE_LOAD_COMMAND } from '#shared/fence/fenceLibrary.ts';
import { FENCE_WITHIN_MS } from './fence.ts';

const LATE = 'A batch that Redis does not answer may run later.';

/**
 * Whether batches can be fenced here: one call whose deadline has passed, which touches nothing. Of a key it also tells whether the
 * user may have functions at it. Throws `RedisFault` for what would stop a purge as well.
 */
export async function findFence(connection: RedisConnection, key: Buffer | null): Promise<PlanFence> {
  const [, name = '', , ...rest] = encodeFenced(0, []);
  const keys: readonly RedisArgument[] = key === null ? [] : [key];
  const [reply] = await connection.pipeline([['FCALL', name, keys.length, ...keys, ...rest]]);
  const [told] = parseFenced(reply, [['UNLINK']]).replies;
  if (told instanceof RedisFault && told.kind === 'expired') {
    return { state: 'fenced', withinMs: FENCE_WITHIN_MS };
  }
  if (!(told instanceof RedisFault)) return { state: 'unfenced', why: LATE };
  return { state: 'unfenced', why: `${LATE} ${remedyOf(told)}` };
}

/** What would fence them. Throws what has nothing to do with functions. */
function remedyOf(fault: RedisFault): string {
  switch (fault.kind) {
    case 'unknownFunction':
      return `An admin can prevent that by loading a function once: ${FENCE_LOAD_COMMAND}.`;
    case 'unknownCommand':
      return 'Only Redis 7 and later, with functions, can prevent that.';
    case 'moved':
      return 'Over the nodes of a Cluster that is not prevented yet.';
    case 'notPermitted':
    case 'keyNotPermitted':
      return `The function that prevents it may not be called. ${fault.message}`;
    case 'other':
      return `The function that prevents it does not work here. ${fault.message}`;
    default:
      throw fault;
  }
}
