import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { SIMPLE_LAYOUT } from '#shared/tags/simpleTagLayout.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { escapeGlob } from './escapeGlob.ts';
import { asAppError, parseInteger, parseScanPage } from './parseReplies.ts';
import { parseSimpleTagKey } from './parseSimpleTagKey.ts';
import type { TagListRequest } from './tagLayout.ts';

/** Keys a SCAN step looks at, and most look-ups in one write: 200 hold the node for about 0.2 ms (SECURITY budgets). */
const PAGE_SIZE = 200;
const MAX_SCANNED_KEYS = 1_000_000;
const MAX_SCAN_MS = 2_000;
/** Most names that are looked up; a name space with more is not one of tags. */
const MAX_CANDIDATES = 10_000;
const MAX_TAGS = 1_000;
/** Longest pattern that Redis is asked to match. */
const MAX_GLOB_BYTES = 256;

interface Candidate {
  readonly tagKey: Buffer;
  readonly tag: Buffer;
}

/**
 * Sets named as indexes of the simple layout, the largest first. SCAN goes without TYPE: `SCAN ... TYPE` raises
 * keyspace_hits by a number that it does not tell, while a TYPE for each matching name counts as exactly one. SCARD
 * alone would tell sets apart too, but each refusal would raise the error counters that operators watch.
 * Cost: DBSIZE/200 SCAN steps; for each name that matches TYPE, for each tag SCARD, for each listed tag PTTL and MEMORY USAGE.
 */
export async function listSimpleTags(connection: RedisConnection, request: TagListRequest): Promise<TagList> {
  const wanted = searchBytes(request.search);
  const literal = escapeGlob(wanted.toString('latin1'));
  const glob = Buffer.from(`*tag:*${literal === '' ? '' : `${literal}*`}`, 'latin1');
  if (glob.length > MAX_GLOB_BYTES) {
    throw new AppError(
      'badInput',
      `A search for tags is at most ${MAX_GLOB_BYTES} bytes long, escapes included.`,
    );
  }
  try {
    const scan = await scanForCandidates(connection, { ...request, wanted, glob });
    const counted = await countMembers(connection, scan.candidates);
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
  request: TagListRequest & { readonly wanted: Buffer; readonly glob: Buffer },
) {
  const { maxScannedKeys = MAX_SCANNED_KEYS, maxScanMs = MAX_SCAN_MS, nowMs } = request;
  const keyCount = parseInteger(await connection.send('DBSIZE')) ?? Number.POSITIVE_INFINITY;
  const endMs = nowMs() + maxScanMs;
  // SCAN may name a key twice.
  const candidates = new Map<string, Candidate>();
  let cursor: string | null = '0';
  let stepCount = 0;
  while (cursor !== null && stepCount * PAGE_SIZE < maxScannedKeys && nowMs() <= endMs) {
    const reply = await connection.send('SCAN', cursor, 'MATCH', request.glob, 'COUNT', PAGE_SIZE);
    const page = parseScanPage(reply);
    stepCount += 1;
    for (const tagKey of page.elements) {
      const tag = parseSimpleTagKey(tagKey)?.tag;
      if (tag?.includes(request.wanted)) candidates.set(tagKey.toString('latin1'), { tagKey, tag });
    }
    cursor = page.cursor;
    if (candidates.size >= MAX_CANDIDATES) break;
  }
  const isComplete = cursor === null;
  const scannedCount = isComplete ? keyCount : Math.min(stepCount * PAGE_SIZE, keyCount);
  return { candidates: [...candidates.values()], scannedCount, isComplete };
}

async function countMembers(connection: RedisConnection, candidates: readonly Candidate[]) {
  const types = await inPages(connection, candidates, ({ tagKey }) => ['TYPE', tagKey]);
  const sets = candidates.filter((_, index) => {
    const type = types[index];
    // SCAN names every key; what our user may not read is no business of whoever reads this list.
    if (type instanceof RedisFault && type.kind === 'keyNotPermitted') return false;
    return String(orThrow(type)) === 'set';
  });
  const counts = await inPages(connection, sets, ({ tagKey }) => ['SCARD', tagKey]);
  return sets
    .map((set, index) => ({ ...set, memberCount: parseInteger(orThrow(counts[index])) ?? 0 }))
    .filter((set) => set.memberCount > 0);
}

async function describeTags(
  connection: RedisConnection,
  tags: readonly (Candidate & { readonly memberCount: number })[],
): Promise<TagSummary[]> {
  const ttls = await inPages(connection, tags, ({ tagKey }) => ['PTTL', tagKey]);
  const bytes = await inPages(connection, tags, ({ tagKey }) => ['MEMORY', 'USAGE', tagKey]);
  return tags.map(({ tagKey, tag, memberCount }, index) => {
    const ttlMs = parseInteger(orThrow(ttls[index]));
    const usage = bytes[index];
    return {
      layout: SIMPLE_LAYOUT,
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
