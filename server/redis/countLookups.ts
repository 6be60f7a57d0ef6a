import type { LookupCounts } from '#shared/lookups.ts';
import type { RedisArgument, RedisReply } from './redisConnection.ts';
import { RedisFault } from './redisConnection.ts';

/**
 * How a command raises keyspace_hits and keyspace_misses, told from its reply (measured on 7.0.15). `keyed`: one
 * look-up, missed when the reply is `missing`. `emptyOrMissing`: one look-up; 0 is the reply of a missing and of an
 * empty value alike. `foundBefore`: one look-up that hit, since we ask it only of what TYPE has just found: no reply would
 * tell. `list`: one look-up of a collection, missed when the reply is empty. `fields`: one look-up;
 * nothing but nulls is the reply of a missing hash and of missing fields alike. `perKey`: one look-up a key, the reply is the number of hits. `scan`: one look-up; see countLookups.
 */
type LookupRule =
  | { readonly kind: 'keyed'; readonly missing: number | string | null }
  | { readonly kind: 'emptyOrMissing' }
  | { readonly kind: 'foundBefore' }
  | { readonly kind: 'list' }
  | { readonly kind: 'fields' }
  | { readonly kind: 'perKey' }
  | { readonly kind: 'scan' };

const lookupRules: Readonly<Record<string, LookupRule>> = {
  PTTL: { kind: 'keyed', missing: -2 },
  TYPE: { kind: 'keyed', missing: 'none' },
  EXISTS: { kind: 'perKey' },
  SCARD: { kind: 'keyed', missing: 0 },
  HLEN: { kind: 'keyed', missing: 0 },
  LLEN: { kind: 'keyed', missing: 0 },
  ZCARD: { kind: 'keyed', missing: 0 },
  STRLEN: { kind: 'emptyOrMissing' },
  XLEN: { kind: 'emptyOrMissing' },
  'OBJECT ENCODING': { kind: 'keyed', missing: null },
  'OBJECT IDLETIME': { kind: 'keyed', missing: null },
  'OBJECT FREQ': { kind: 'keyed', missing: null },
  GETRANGE: { kind: 'keyed', missing: '' },
  GET: { kind: 'keyed', missing: null },
  DUMP: { kind: 'keyed', missing: null },
  SMISMEMBER: { kind: 'foundBefore' },
  ZMSCORE: { kind: 'foundBefore' },
  HMGET: { kind: 'fields' },
  ZRANGE: { kind: 'list' },
  LRANGE: { kind: 'list' },
  XRANGE: { kind: 'list' },
  XREVRANGE: { kind: 'list' },
  SSCAN: { kind: 'scan' },
  HSCAN: { kind: 'scan' },
  ZSCAN: { kind: 'scan' },
};

/** How the command counts as a look-up; null when it does not. */
export function lookupRule(command: string): LookupRule | null {
  return Object.hasOwn(lookupRules, command) ? (lookupRules[command] ?? null) : null;
}

/** What a command did to the counters; `uncertain` when its reply cannot tell. */
export type LookupOutcome = LookupCounts | 'uncertain';

const NONE: LookupCounts = { hits: 0, misses: 0 };
const HIT: LookupCounts = { hits: 1, misses: 0 };
const MISS: LookupCounts = { hits: 0, misses: 1 };

/** Hits and misses that one command added to the node's counters. `name` as the capability table spells it. */
export function countLookups(name: string, args: readonly RedisArgument[], reply: RedisReply): LookupOutcome {
  const rule = lookupRule(name);
  if (rule === null) return NONE;
  if (reply instanceof RedisFault) return countFault(reply);
  switch (rule.kind) {
    case 'keyed':
      return isMissing(reply, rule.missing) ? MISS : HIT;
    case 'emptyOrMissing':
      return reply === 0 ? 'uncertain' : HIT;
    case 'foundBefore':
      return HIT;
    case 'list':
      return Array.isArray(reply) && reply.length === 0 ? MISS : HIT;
    case 'fields':
      return Array.isArray(reply) && reply.every((value) => value === null) ? 'uncertain' : HIT;
    case 'perKey':
      return typeof reply === 'number' ? { hits: reply, misses: args.length - reply } : 'uncertain';
    case 'scan':
      return countScan(args, reply);
  }
}

function countFault(fault: RedisFault): LookupOutcome {
  if (fault.isOutcomeUnknown) return 'uncertain';
  // Redis finds the key first and looks at its type after: a hit in its counters.
  return fault.kind === 'wrongType' ? HIT : NONE;
}

function isMissing(reply: RedisReply, missing: number | string | null): boolean {
  return Buffer.isBuffer(reply) ? reply.toString('latin1') === missing : reply === missing;
}

function countScan(args: readonly RedisArgument[], reply: RedisReply): LookupOutcome {
  if (!Array.isArray(reply)) return 'uncertain';
  const [next, members] = reply;
  const isEmptyEnd =
    Buffer.isBuffer(next) && String(next) === '0' && Array.isArray(members) && members.length === 0;
  // A later page may end empty; the key was there a page before, and at worst we are off by one.
  if (!isEmptyEnd || String(args[1]) !== '0') return HIT;
  // A collection is never empty: a whole walk in one step that finds nothing found no key, unless a glob hid it.
  const isFiltered = args.slice(2).some((option) => String(option).toUpperCase() === 'MATCH');
  return isFiltered ? 'uncertain' : MISS;
}
