import { checkCount, checkNumber, checkTexts, parseScore, type StructureAccess } from './structureAccess.ts';
import type { StructureCount, StructureRead, StructureWrite } from './structureResult.ts';
import {
  addMemberScript,
  incrementMemberScript,
  removeMembersScript,
  trimMembersScript,
} from './structureScripts.ts';

export interface ScoredMember {
  readonly member: string;
  readonly score: number;
}

/** Scores, both included; infinities are allowed. */
export interface ScoreRange {
  readonly from: number;
  readonly to: number;
}

/** A sorted set of texts, such as a ranking. Costs are those on Redis; n = members. */
export class SortedSetStructure {
  readonly #access: StructureAccess;
  readonly #maxMembers: number | null;

  /** Above `maxMembers` the lowest scores go; null = they stay. */
  constructor(access: StructureAccess, maxMembers: number | null) {
    this.#access = access;
    this.#maxMembers = maxMembers;
  }

  /** Gives a member its score, whether it was in or not. ZADD, trimming and PEXPIRE in one script, O(log n). */
  async add(member: string, score: number): Promise<StructureWrite> {
    checkTexts('members', [member]);
    checkNumber('score must be a finite number, and', score, Number.isFinite);
    return this.#access.write(addMemberScript, () => [this.#maxMembers ?? -1, score, member]);
  }

  /**
   * Adds to a score, and returns the sum; a member that is not in counts from 0. In a full set a newcomer below all others goes
   * at once and counts from 0 again: keep more members than are shown. Sent again by the client, it counts once. ZINCRBY, trimming, SETBIT and PEXPIRE in one script,
   * O(log n).
   */
  async increment(member: string, by = 1): Promise<StructureCount> {
    checkTexts('members', [member]);
    checkNumber('by must be a finite number, and', by, Number.isFinite);
    return this.#access.countOnce(incrementMemberScript, [this.#maxMembers ?? -1, by, member]);
  }

  /** The highest scores, the highest first; at most 1,000. ZREVRANGE, O(log n + count). */
  async top(count: number): Promise<StructureRead<readonly ScoredMember[]>> {
    checkCount('count', count);
    return this.#access.read(
      (redis, key) => redis.zrevrange(key, 0, count - 1, 'WITHSCORES'),
      parseScoredMembers,
    );
  }

  /** Members by score, the lowest first; at most `limit` of them, which is 1,000 or less. ZRANGEBYSCORE, O(log n + limit). */
  async range({ from, to }: ScoreRange, limit: number): Promise<StructureRead<readonly ScoredMember[]>> {
    checkCount('limit', limit);
    const [lowest, highest] = [from, to].map(formatBound);
    return this.#access.read(
      (redis, key) => redis.zrangebyscore(key, lowest ?? '', highest ?? '', 'WITHSCORES', 'LIMIT', 0, limit),
      parseScoredMembers,
    );
  }

  /** 0 = the highest score; undefined = not in. ZREVRANK, O(log n). */
  async rank(member: string): Promise<StructureRead<number | undefined>> {
    return this.#access.read(
      (redis, key) => redis.zrevrank(key, member),
      (rank) => rank ?? undefined,
    );
  }

  /** Takes at most 1,000 members out. ZREM and PEXPIRE in one script, O(members log n). */
  async remove(...members: readonly string[]): Promise<StructureWrite> {
    if (members.length === 0) return { state: 'stored' };
    checkTexts('members', members);
    return this.#access.write(removeMembersScript, () => members);
  }

  /** Keeps the highest scores, and lets the others go. ZREMRANGEBYRANK and PEXPIRE in one script, O(log n + those that go). */
  async trim(count: number): Promise<StructureWrite> {
    checkCount('count', count, Number.MAX_SAFE_INTEGER);
    return this.#access.write(trimMembersScript, () => [count]);
  }

  /** ZCARD, O(1). */
  size(): Promise<StructureRead<number>> {
    return this.#access.read(
      (redis, key) => redis.zcard(key),
      (size) => size,
    );
  }

  /** The whole set goes. UNLINK: Redis frees it in the background. */
  delete(): Promise<StructureWrite> {
    return this.#access.delete();
  }
}

function formatBound(score: number): string {
  checkNumber('A bound must be a number, and', score, (value) => !Number.isNaN(value));
  if (Number.isFinite(score)) return String(score);
  return score > 0 ? '+inf' : '-inf';
}

/** Members and scores in turn; a client that maps replies by RESP3 gives them in pairs. */
function parseScoredMembers(reply: unknown): ScoredMember[] {
  const flat: unknown[] = Array.isArray(reply) ? reply.flat() : [];
  const members: ScoredMember[] = [];
  for (let index = 0; index + 1 < flat.length; index += 2) {
    members.push({ member: String(flat[index]), score: parseScore(flat[index + 1]) });
  }
  return members;
}
