import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { asAppError, parseInteger, parseScanPage } from './parseReplies.ts';
import type { IndexType, TagLayout } from './tagLayout.ts';

export interface TagListRequest {
  readonly layouts: readonly TagLayout[];
  /** Part of the tag, taken literally, case-sensitive; empty = all tags. */
  readonly search: string;
  readonly nowMs: () => number;
  readonly maxScannedKeys?: number;
  readonly maxScanMs?: number;
}

/** Keys a SCAN step looks at, and most look-ups in one write: 200 hold the node for about 0.2 ms (SECURITY budgets). */
const PAGE_SIZE = 200;
const MAX_SCANNED_KEYS = 1_000_000;
const MAX_SCAN_MS = 2_000;
/** Most names that are looked up; a name space with more is not one of tags. */
const MAX_CANDIDATES = 10_000;
const MAX_TAGS = 1_000;
/** Indexes of one prefix that are opened to see whether its names mean what they seem to. */
const MAX_PROOFS = 5;

/** A key that is named as the indexes of these layouts are. */
interface Candidate {
  readonly tagKey: Buffer;
  readonly readings: readonly Reading[];
}

interface Reading {
  readonly layout: TagLayout;
  readonly tag: Buffer;
}

interface FoundIndex extends Reading {
  readonly tagKey: Buffer;
}

interface CountedIndex extends FoundIndex {
  readonly memberCount: number;
}

/**
 * The tags of every layout in one walk, the largest first. SCAN goes without TYPE, which raises keyspace_hits by a number that
 * it does not tell, while a TYPE for each matching name counts as exactly one; and without MATCH, since no glob fits the
 * names of all layouts.
 * Cost: DBSIZE/200 SCAN steps; for each name that fits TYPE, for each tag SCARD or ZCARD, for each listed tag PTTL and MEMORY
 * USAGE; for each prefix whose names prove nothing, a page of members and their sizes, five times at most.
 */
export async function listTags(connection: RedisConnection, request: TagListRequest): Promise<TagList> {
  try {
    const scan = await scanForCandidates(connection, { ...request, wanted: searchBytes(request.search) });
    const typed = await chooseByType(connection, scan.candidates);
    const found = await leaveOutUnproven(connection, typed);
    const counted = await countMembers(connection, found);
    const listed = counted.toSorted((a, b) => b.memberCount - a.memberCount).slice(0, MAX_TAGS);
    return {
      tags: await describeTags(connection, listed),
      readAtMs: request.nowMs(),
      scannedCount: scan.scannedCount,
      isComplete: scan.isComplete,
      leftOutCount: counted.length - listed.length,
    };
  } catch (error) {
    throw asAppError(error);
  }
}

/** Text as the list shows it is read back to its bytes; what a person is still typing is taken as it stands. */
function searchBytes(search: string): Buffer {
  try {
    return Buffer.from(parseKey(search));
  } catch {
    return Buffer.from(search);
  }
}

async function scanForCandidates(
  connection: RedisConnection,
  request: TagListRequest & { readonly wanted: Buffer },
) {
  const { maxScannedKeys = MAX_SCANNED_KEYS, maxScanMs = MAX_SCAN_MS, nowMs } = request;
  const keyCount = parseInteger(await connection.send('DBSIZE')) ?? Number.POSITIVE_INFINITY;
  const endMs = nowMs() + maxScanMs;
  // SCAN may name a key twice.
  const candidates = new Map<string, Candidate>();
  let cursor: string | null = '0';
  let stepCount = 0;
  while (cursor !== null && stepCount * PAGE_SIZE < maxScannedKeys && nowMs() <= endMs) {
    const page = parseScanPage(await connection.send('SCAN', cursor, 'COUNT', PAGE_SIZE));
    stepCount += 1;
    for (const tagKey of page.elements) {
      const readings = readingsOf(request, tagKey);
      if (readings.length > 0) candidates.set(tagKey.toString('latin1'), { tagKey, readings });
    }
    cursor = page.cursor;
    if (candidates.size >= MAX_CANDIDATES) break;
  }
  const isComplete = cursor === null;
  const scannedCount = isComplete ? keyCount : Math.min(stepCount * PAGE_SIZE, keyCount);
  return { candidates: [...candidates.values()], scannedCount, isComplete };
}

function readingsOf(
  { layouts, wanted }: { readonly layouts: readonly TagLayout[]; readonly wanted: Buffer },
  tagKey: Buffer,
): readonly Reading[] {
  const readings: Reading[] = [];
  for (const layout of layouts) {
    const tag = layout.parseTagKey(tagKey);
    if (tag?.includes(wanted)) readings.push({ layout, tag });
  }
  return readings;
}

/** The first layout whose indexes have the type of what stands under the name. */
async function chooseByType(
  connection: RedisConnection,
  candidates: readonly Candidate[],
): Promise<readonly FoundIndex[]> {
  const types = await inPages(connection, candidates, ({ tagKey }) => ['TYPE', tagKey]);
  return candidates.flatMap(({ tagKey, readings }, place) => {
    const type = types[place];
    // SCAN names every key; what our user may not read is no business of whoever reads this list.
    if (type instanceof RedisFault && type.kind === 'keyNotPermitted') return [];
    const name = String(orThrow(type));
    const reading = readings.find(({ layout }) => layout.indexType === name);
    return reading === undefined ? [] : [{ tagKey, ...reading }];
  });
}

/** Of layouts whose names prove nothing, only what stands under a prefix where an index was one. */
async function leaveOutUnproven(
  connection: RedisConnection,
  found: readonly FoundIndex[],
): Promise<readonly FoundIndex[]> {
  const doubtful = Map.groupBy(
    found.filter(({ layout }) => !layout.isToldByName),
    scopeOf,
  );
  const proven = new Set<string>();
  for (const [scope, indexes] of doubtful) {
    for (const { layout, tagKey } of indexes.slice(0, MAX_PROOFS)) {
      if ((await layout.open(connection, tagKey)) === null) continue;
      proven.add(scope);
      break;
    }
  }
  return found.filter((index) => index.layout.isToldByName || proven.has(scopeOf(index)));
}

function scopeOf({ layout, tagKey, tag }: FoundIndex): string {
  return `${layout.id} ${tagKey.subarray(0, tagKey.length - tag.length).toString('latin1')}`;
}

const countCommands: Readonly<Record<IndexType, string>> = { set: 'SCARD', zset: 'ZCARD' };

async function countMembers(
  connection: RedisConnection,
  found: readonly FoundIndex[],
): Promise<readonly CountedIndex[]> {
  const counts = await inPages(connection, found, ({ layout, tagKey }) => [
    countCommands[layout.indexType],
    tagKey,
  ]);
  return found
    .map((index, place) => ({ ...index, memberCount: parseInteger(orThrow(counts[place])) ?? 0 }))
    .filter(({ memberCount }) => memberCount > 0);
}

async function describeTags(
  connection: RedisConnection,
  tags: readonly CountedIndex[],
): Promise<TagSummary[]> {
  const ttls = await inPages(connection, tags, ({ tagKey }) => ['PTTL', tagKey]);
  const bytes = await inPages(connection, tags, ({ tagKey }) => ['MEMORY', 'USAGE', tagKey]);
  return tags.map(({ layout, tagKey, tag, memberCount }, index) => {
    const ttlMs = parseInteger(orThrow(ttls[index]));
    const usage = bytes[index];
    return {
      layout: layout.id,
      layoutName: layout.name,
      tag: formatKey(tag),
      tagKey: formatKey(tagKey),
      memberCount,
      ttlMs: ttlMs !== null && ttlMs >= 0 ? ttlMs : null,
      // Some providers refuse MEMORY; the list is worth having without it.
      indexBytes: typeof usage === 'number' ? usage : null,
    };
  });
}

async function inPages<T>(
  connection: RedisConnection,
  items: readonly T[],
  commandOf: (item: T) => RedisCommand,
): Promise<RedisReply[]> {
  const replies: RedisReply[] = [];
  for (let at = 0; at < items.length; at += PAGE_SIZE) {
    replies.push(...(await connection.pipeline(items.slice(at, at + PAGE_SIZE).map(commandOf))));
  }
  return replies;
}

function orThrow(reply: RedisReply | undefined): RedisReply | undefined {
  if (reply instanceof RedisFault) throw reply;
  return reply;
}
