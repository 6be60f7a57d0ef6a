import { faultText } from '#server/redis/faults/faultText.ts';
import { type FaultKind, type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';

/**
 * Says ahead what the first write would be told, as far as reads tell: PING is refused while Redis refuses writes because it
 * cannot save, loads, or runs a script; INFO says whether it is a read-only replica or lacks the replicas that it waits for.
 * What may not be asked is not held against it. A full Redis passes: removing works there. Throws `RedisFault`.
 */
export async function checkWritable(connection: RedisConnection): Promise<void> {
  const [pong, info] = await connection.pipeline([['PING'], ['INFO', 'replication']]);
  for (const reply of [pong, info]) if (reply instanceof RedisFault && !isUnasked(reply)) throw reply;
  const text = Buffer.isBuffer(info) ? info.toString() : '';
  if (/^role:slave/m.test(text) && /^slave_read_only:1/m.test(text)) throw told('readOnlyReplica');
  // The line is there only where min-replicas-to-write is set, to 1 or more.
  if (/^min_slaves_good_slaves:0/m.test(text)) throw told('tooFewReplicas');
}

function isUnasked({ kind }: RedisFault): boolean {
  return kind === 'notPermitted' || kind === 'unknownCommand';
}

function told(kind: FaultKind): RedisFault {
  return new RedisFault(kind, 'INFO', faultText(kind, 'INFO'));
}
