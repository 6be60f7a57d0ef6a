import type { LookupCounts } from '#shared/lookups.ts';
import { replyFault } from './faults/faultOf.ts';
import { RedisFault } from './redisConnection.ts';
import { RespError, type RespValue } from './respParser.ts';

/** What one key is. `ttlMs` null = no expiry. `bytes` null = MEMORY USAGE is not permitted here. */
export interface KeyFacts {
  readonly key: Uint8Array;
  readonly ttlMs: number | null;
  readonly type: string;
  readonly bytes: number | null;
}

/** What the look-ups of a page said. */
export interface PageFacts {
  readonly keys: readonly KeyFacts[];
  readonly goneCount: number;
  readonly deniedCount: number;
  readonly lookups: LookupCounts;
  /** MEMORY USAGE was refused as a command: it will be for every other key. */
  readonly isSizeDenied: boolean;
  /** A fault that makes the page useless, such as LOADING; null otherwise. */
  readonly fault: RedisFault | null;
}

export interface PageRequest {
  readonly names: readonly Uint8Array[];
  readonly asksBytes: boolean;
  /** The SCAN that leads the same write; null when the walk ends with this page. */
  readonly scan: { readonly cursor: string; readonly count: number } | null;
}

const pttlHead = Buffer.from('*2\r\n$4\r\nPTTL\r\n$');
const typeHead = Buffer.from('*2\r\n$4\r\nTYPE\r\n$');
const bytesHead = Buffer.from('*3\r\n$6\r\nMEMORY\r\n$5\r\nUSAGE\r\n$');
const laterHeads = [typeHead, bytesHead];
const shortHeads = [typeHead];

/** Longest decimal length and two line ends. */
const LENGTH_BYTES = 14;

/** Replies that one key of a page gets. */
export function repliesPerKey(asksBytes: boolean): number {
  return asksBytes ? 3 : 2;
}

/**
 * The next SCAN and a page's look-ups as the bytes of one write. The SCAN leads, so that the names after these are known,
 * and asked for, while Redis still works on these.
 */
export function encodePage({ names, asksBytes, scan }: PageRequest): Buffer {
  const scanBytes = scan === null ? Buffer.alloc(0) : encodeScan(scan.cursor, scan.count);
  const request = Buffer.allocUnsafe(pageBytes(names, asksBytes) + scanBytes.length);
  request.set(scanBytes, 0);
  let at = scanBytes.length;
  for (const name of names) {
    request.set(pttlHead, at);
    const from = at + pttlHead.length;
    const to = writeName(request, name, from);
    at = to;
    for (const head of asksBytes ? laterHeads : shortHeads) {
      request.set(head, at);
      at += head.length;
      // The name's bytes are there already; copying them within is half the cost of writing them again.
      request.copyWithin(at, from, to);
      at += to - from;
    }
  }
  return request.subarray(0, at);
}

/** Bytes that the look-ups take at most. */
function pageBytes(names: readonly Uint8Array[], asksBytes: boolean): number {
  const headBytes = pttlHead.length + typeHead.length + (asksBytes ? bytesHead.length : 0);
  const perKey = repliesPerKey(asksBytes);
  let size = 0;
  for (const name of names) size += headBytes + perKey * (name.length + LENGTH_BYTES);
  return size;
}

/** Writes length and bytes of a bulk string; returns where it ends. */
function writeName(request: Buffer, name: Uint8Array, from: number): number {
  let at = from;
  const { length } = name;
  if (length >= 10 && length < 100) {
    request[at] = 48 + Math.floor(length / 10);
    request[at + 1] = 48 + (length % 10);
    at += 2;
  } else {
    at += request.write(String(length), at, 'latin1');
  }
  request[at] = 13;
  request[at + 1] = 10;
  request.set(name, at + 2);
  at += 2 + length;
  request[at] = 13;
  request[at + 1] = 10;
  return at + 2;
}

function encodeScan(cursor: string, count: number): Buffer {
  const countText = String(count);
  return Buffer.from(
    `*4\r\n$4\r\nSCAN\r\n$${cursor.length}\r\n${cursor}\r\n$5\r\nCOUNT\r\n$${countText.length}\r\n${countText}\r\n`,
  );
}

/** Names and next cursor of a SCAN. Throws `RedisFault`. */
export function parseScan(reply: RespValue | undefined): { cursor: string; names: readonly Uint8Array[] } {
  if (reply instanceof RespError) throw replyFault(reply.text, 'SCAN');
  if (Array.isArray(reply)) {
    const [cursor, names] = reply;
    if (cursor instanceof Uint8Array && Array.isArray(names)) {
      return {
        cursor: Buffer.from(cursor).toString('latin1'),
        names: names.filter((name) => name instanceof Uint8Array),
      };
    }
  }
  throw new RedisFault('other', 'SCAN', 'Redis answered SCAN with something else.');
}

/** The facts of a page from the replies to its look-ups, and what the look-ups added to the node's counters. Never throws. */
export function parsePage({ names, asksBytes }: PageRequest, replies: readonly RespValue[]): PageFacts {
  const keys: KeyFacts[] = [];
  const perKey = repliesPerKey(asksBytes);
  let hits = 0;
  let misses = 0;
  let goneCount = 0;
  let deniedCount = 0;
  let isSizeDenied = false;
  let fault: RedisFault | null = null;
  for (let index = 0; index < names.length; index += 1) {
    const key = names[index];
    const ttl = replies[index * perKey];
    const type = replies[index * perKey + 1];
    const size = asksBytes ? replies[index * perKey + 2] : null;
    if (ttl === -2) misses += 1;
    else if (typeof ttl === 'number') hits += 1;
    if (type === 'none') misses += 1;
    else if (typeof type === 'string') hits += 1;
    if (size instanceof RespError && isCommandDenied(size)) isSizeDenied = true;
    if (key === undefined || typeof ttl !== 'number' || typeof type !== 'string') {
      if (isKeyDenied(ttl) || isKeyDenied(type)) deniedCount += 1;
      else fault ??= lookupFault(ttl, type);
    } else if (ttl === -2 || type === 'none' || (asksBytes && size === null)) {
      goneCount += 1;
    } else {
      keys.push({ key, ttlMs: ttl < 0 ? null : ttl, type, bytes: typeof size === 'number' ? size : null });
    }
  }
  return { keys, goneCount, deniedCount, lookups: { hits, misses }, isSizeDenied, fault };
}

/** NOPERM names either the command or a key; a key outside the user's ACL prefix says nothing about the others. */
function isKeyDenied(reply: RespValue | undefined): boolean {
  return reply instanceof RespError && reply.text.startsWith('NOPERM') && reply.text.includes('access');
}

function isCommandDenied(error: RespError): boolean {
  return !isKeyDenied(error) && /^NOPERM|unknown (sub)?command/i.test(error.text);
}

function lookupFault(ttl: RespValue | undefined, type: RespValue | undefined): RedisFault {
  if (ttl instanceof RespError) return replyFault(ttl.text, 'PTTL');
  if (type instanceof RespError) return replyFault(type.text, 'TYPE');
  return new RedisFault('other', 'PTTL', 'Redis answered PTTL or TYPE with something else.');
}
