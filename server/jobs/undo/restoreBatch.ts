import { type RedisCommand, RedisFault } from '#server/redis/redisConnection.ts';
import { SOFT_EXPIRY_OFFSET } from '#shared/entryHeader.ts';
import type { BatchResult, RepeatParts } from '../purge/methods/batch.ts';
import { already, inOrder, type Judgement, runRepeatable } from '../purge/methods/repeatableBatch.ts';
import type { KeptBatch, KeptFields, KeptMembers, KeptValue } from './keptBatch.ts';

/**
 * Puts back what one batch removed, where nothing newer stands: an entry of cachescope/cache as stale (SET NX), any other value as
 * it was (RESTORE without REPLACE), each with the rest of its TTL. Indexes come first, so that no value is there for a moment
 * that its tags do not list. What would have expired meanwhile is left. Never throws `RedisFault`.
 */
export async function restoreBatch(
  parts: RepeatParts,
  { values, indexValues, members, fields }: KeptBatch,
): Promise<BatchResult> {
  const nowMs = parts.clock.nowMs();
  const alive = values.filter((value) => isAlive(value, nowMs));
  const indexes = [
    ...indexValues.filter((value) => isAlive(value, nowMs)).map((value) => restoreCommand(value, nowMs)),
    ...members.flatMap((kept) => [...memberCommand(kept, values), ...expiryCommands(kept)]),
    ...fields.flatMap((kept) => [...fieldCommands(kept), ...expiryCommands(kept)]),
  ];
  const expiredCount = values.length - alive.length;
  const listed = await runRepeatable(parts, inOrder(indexes), (reply, isRepeated) =>
    reply instanceof RedisFault ? judgeFault(reply, isRepeated) : 'done',
  );
  if (listed.stopText !== null) return notBegun(listed, expiredCount);
  const result = await runRepeatable(
    parts,
    inOrder(alive.map((value) => restoreCommand(value, nowMs))),
    // SET NX answers nil where a value stands, RESTORE an error.
    (reply, isRepeated) => {
      if (reply === null) return already(isRepeated);
      return reply instanceof RedisFault ? judgeFault(reply, isRepeated) : 'done';
    },
  );
  return { ...result, skippedCount: result.skippedCount + expiredCount };
}

function isAlive({ expiresAtMs }: KeptValue, nowMs: number): boolean {
  return expiresAtMs === null || expiresAtMs > nowMs;
}

/** RESTORE says so of a key that stands. */
function judgeFault({ message }: RedisFault, isRepeated: boolean): Judgement {
  return message.includes('BUSYKEY') ? already(isRepeated) : 'fault';
}

function restoreCommand({ key, form, bytes, expiresAtMs }: KeptValue, nowMs: number): RedisCommand {
  const leftMs = expiresAtMs === null ? 0 : Math.max(1, Math.round(expiresAtMs - nowMs));
  if (form === 'dump') return ['RESTORE', key, leftMs, bytes];
  const stale = Buffer.from(bytes);
  stale.fill(0, SOFT_EXPIRY_OFFSET, SOFT_EXPIRY_OFFSET + 8);
  return expiresAtMs === null ? ['SET', key, stale, 'NX'] : ['SET', key, stale, 'NX', 'PX', leftMs];
}

/** Scores of the layouts that use sorted sets are when the entry expires, in seconds, or -1. */
function memberCommand({ index, type, members }: KeptMembers, values: readonly KeptValue[]): RedisCommand[] {
  if (members.length === 0) return [];
  if (type === 'set') return [['SADD', index, ...members]];
  const scored = members.flatMap((member) => {
    const value = values.find(({ key }) => key.subarray(key.length - member.length).equals(member));
    if (value === undefined) return [];
    const { expiresAtMs } = value;
    return [expiresAtMs === null ? -1 : Math.floor(expiresAtMs / 1_000), member];
  });
  return scored.length === 0 ? [] : [['ZADD', index, ...scored]];
}

/** What stands in a field by now is newer. */
function fieldCommands({ index, fields }: KeptFields): RedisCommand[] {
  return fields.map(({ name, value }) => ['HSETNX', index, name, value]);
}

/** As long as the index was kept, or longer where services have since said so: NX sets one where there is none, GT a later one. */
function expiryCommands({ index, expiresAtMs }: KeptMembers | KeptFields): RedisCommand[] {
  if (expiresAtMs === null) return [];
  return ['NX', 'GT'].map((option): RedisCommand => ['PEXPIREAT', index, Math.round(expiresAtMs), option]);
}

/** The indexes could not be written, so that no value was put back. */
function notBegun(listed: BatchResult, expiredCount: number): BatchResult {
  const none = { changedCount: 0, failedCount: 0, unknownCount: 0, foundDoneCount: 0, lateCount: 0 };
  return { ...none, skippedCount: expiredCount, isIndexUnknown: false, stopText: listed.stopText };
}
