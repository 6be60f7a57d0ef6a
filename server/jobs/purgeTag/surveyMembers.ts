import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { TagIndex } from '#server/tags/tagLayout.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey } from '#shared/keyText.ts';
import { drawInteger, drawSample, type RandomBytes } from '../drawRandom.ts';

/** Up to this many keys the plan holds the list itself; above, a rule with bounds. */
const FROZEN_KEYS = 10_000;
/** Members that are looked at closer: +-3 points on a share. */
const SAMPLE_KEYS = 1_000;
/** More than this is not planned as one purge: the walk alone would take a minute. */
const MAX_MEMBERS = 5_000_000;
const PAGE_SIZE = 200;

export interface MemberSurvey {
  readonly memberCount: number;
  /** Every member, when there are at most `FROZEN_KEYS`; null above. */
  readonly frozenKeys: readonly Buffer[] | null;
  /** Uniform sample, all members when there are few. */
  readonly sample: readonly Buffer[];
  /** Every pattern among the members with its exact count. */
  readonly patternCounts: ReadonlyMap<string, number>;
}

export interface SurveyParts {
  readonly connection: RedisConnection;
  readonly index: TagIndex;
  readonly patternOf: (keyText: string) => string;
  readonly random: RandomBytes;
}

/**
 * Walks all members once. Reads only: SCARD or ZCARD, then pages of 200 by SSCAN or ZSCAN, never SMEMBERS; about 0.6 us of the server a member.
 * Throws `AppError` notFound when the tag has no members or is no index, badInput when it has too many; `RedisFault`.
 */
export async function surveyMembers(parts: SurveyParts): Promise<MemberSurvey> {
  const { connection, index, random } = parts;
  const memberCount = await index.readMemberCount(connection);
  if (memberCount === null || memberCount === 0) {
    const text = 'This tag has no keys (any more): its index is gone. Nothing to purge.';
    throw new AppError('notFound', text);
  }
  if (memberCount > MAX_MEMBERS) {
    throw new AppError(
      'badInput',
      `This tag has ${memberCount} members; one purge takes at most ${MAX_MEMBERS}.`,
    );
  }
  const isFrozen = memberCount <= FROZEN_KEYS;
  // A walk may return a member twice; small lists are made exact, large ones are counted by the index and walked once.
  const seen = new Set<string>();
  const kept: Buffer[] = [];
  const patternCounts = new Map<string, number>();
  let walkedCount = 0;
  let metCount = 0;
  let cursor: string | null = '0';
  while (cursor !== null) {
    const page = await index.readEntryKeys(connection, { cursor, count: PAGE_SIZE });
    cursor = page.cursor;
    metCount += page.elements.length + 1;
    for (const member of page.elements) {
      if (isFrozen && !addOnce(seen, member)) continue;
      walkedCount += 1;
      const pattern = parts.patternOf(formatKey(member));
      patternCounts.set(pattern, (patternCounts.get(pattern) ?? 0) + 1);
      if (isFrozen || kept.length < SAMPLE_KEYS) kept.push(copyOf(member));
      else replaceByChance(kept, member, drawInteger(random, walkedCount));
    }
    if (metCount > 2 * MAX_MEMBERS)
      throw new AppError('planChanged', 'The tag grows faster than it is read.');
  }
  if (walkedCount === 0) throw new AppError('notFound', 'The tag lost its last key while it was read.');
  return {
    memberCount: isFrozen ? kept.length : memberCount,
    frozenKeys: isFrozen ? kept : null,
    sample: isFrozen ? drawSample(kept, SAMPLE_KEYS, random) : kept,
    patternCounts,
  };
}

function addOnce(seen: Set<string>, member: Buffer): boolean {
  const name = member.toString('latin1');
  if (seen.has(name)) return false;
  seen.add(name);
  return true;
}

/** Reservoir sampling (Vitter's R): the n-th member takes a random place of n, if that place is kept. */
function replaceByChance(kept: Buffer[], member: Buffer, place: number): void {
  if (place < kept.length) kept[place] = copyOf(member);
}

/** A reply's buffer can be a view of a far larger one, which the plan would hold for minutes. */
function copyOf(member: Buffer): Buffer {
  return Buffer.from(member);
}
