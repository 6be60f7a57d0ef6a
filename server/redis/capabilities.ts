import { commandsKey } from '#shared/control/controlCommand.ts';
import { eventLetterGlobs, letterStreamGlobs } from '#shared/letters/letterStreams.ts';
import { hashIndexGlobs } from '#shared/tags/hashIndexNames.ts';
import { markForms } from '#shared/tags/markNames.ts';
import { purgeChannels } from '#shared/tags/purgeChannels.ts';
import type { ConnectionRole } from './redisConnection.ts';

/** Something that we do with Redis: the commands it takes and who may send them. */
export interface Capability {
  readonly name: string;
  /** What is missing without it, in an operator's words. */
  readonly purpose: string;
  readonly commands: readonly string[];
  readonly roles: readonly ConnectionRole[];
  /** The keys that the commands may name, as globs after the prefix of the cache; absent = every key of the cache. */
  readonly keyGlobs?: readonly string[];
  /** Further keys that they may name and that are of no service, as globs of whole names, given the streams of events. */
  readonly wholeKeyGlobs?: (eventStreams: readonly string[]) => readonly string[];
  /** Channels of Pub/Sub that the commands may name, as globs. */
  readonly channels?: readonly string[];
  /** In no ACL line unless it is asked for: not every version knows it, or not everybody wants it. */
  readonly isOptional?: true;
  /** `write` commands get their own selector in the ACL line, so that reads cannot widen what may be changed. */
  readonly access: 'none' | 'read' | 'write';
}

/**
 * The only list of what this program may send to Redis. The guard of each connection, the ACL lines that we print and
 * the words of every "not permitted" come from it. KEYS, FLUSH*, DEBUG, SMEMBERS, EVAL and the like are in no row.
 */
export const capabilities: readonly Capability[] = [
  {
    name: 'session',
    purpose: 'naming our own connections in CLIENT LIST',
    commands: ['PING', 'CLIENT SETNAME', 'CLIENT ID', 'ACL WHOAMI', 'TIME'],
    roles: ['monitor', 'sampler', 'operator', 'probe', 'inspector'],
    access: 'none',
  },
  {
    name: 'nodeFacts',
    purpose: 'memory, clients, hit rate and every other fact of the node',
    commands: ['INFO', 'DBSIZE'],
    roles: ['monitor', 'sampler', 'operator', 'probe'],
    access: 'none',
  },
  {
    name: 'nodeDetails',
    purpose: 'latency, slow log length and memory details of the node',
    commands: ['MEMORY STATS', 'SLOWLOG LEN', 'LATENCY LATEST', 'LATENCY HISTOGRAM'],
    roles: ['monitor'],
    access: 'none',
  },
  {
    name: 'topology',
    purpose: 'the nodes of a cluster',
    commands: ['CLUSTER INFO', 'CLUSTER SHARDS', 'CLUSTER SLOTS', 'CLUSTER MYID'],
    roles: ['monitor', 'operator'],
    access: 'none',
  },
  {
    name: 'keyNames',
    purpose: 'patterns, tags and every list of keys',
    commands: ['SCAN'],
    roles: ['monitor', 'sampler', 'operator'],
    access: 'none',
  },
  {
    name: 'keyFacts',
    purpose: 'types and TTLs of keys',
    commands: ['TYPE', 'PTTL', 'EXISTS'],
    roles: ['monitor', 'sampler', 'operator'],
    access: 'read',
  },
  {
    name: 'keyBytes',
    purpose: 'bytes of keys and patterns',
    commands: ['MEMORY USAGE'],
    roles: ['monitor', 'sampler', 'operator'],
    access: 'read',
  },
  {
    name: 'tagMembers',
    purpose: 'sizes and members of tags, and the plan of a purge',
    commands: ['SSCAN', 'SCARD', 'ZSCAN', 'ZCARD'],
    roles: ['monitor', 'operator'],
    access: 'read',
  },
  {
    name: 'announcements',
    purpose:
      'instances of cachescope/cache that announce where their metrics are; only the keys that the library keeps for it',
    commands: ['ZRANGE', 'GETRANGE'],
    roles: ['monitor'],
    access: 'read',
  },
  {
    name: 'collectionFacts',
    purpose: 'lengths and encodings of values',
    commands: [
      ...['STRLEN', 'HLEN', 'LLEN', 'XLEN', 'HSCAN'],
      ...['OBJECT ENCODING', 'OBJECT IDLETIME', 'OBJECT FREQ'],
    ],
    roles: ['monitor'],
    access: 'read',
  },
  {
    name: 'values',
    purpose: 'formats of values by their first bytes, and when keys were last used',
    commands: ['PTTL', 'OBJECT IDLETIME', 'OBJECT FREQ', 'GETRANGE'],
    roles: ['inspector'],
    access: 'read',
  },
  {
    name: 'keyInspection',
    purpose: 'what one key is, its tags included, when somebody opens its page',
    commands: [
      ...['TYPE', 'MEMORY USAGE', 'OBJECT ENCODING', 'STRLEN', 'HLEN', 'LLEN', 'SCARD', 'ZCARD', 'XLEN'],
      'SSCAN',
    ],
    roles: ['inspector'],
    access: 'read',
  },
  {
    name: 'elements',
    purpose: 'elements of collections, when an inspector asks to see a value, and dead letters of services',
    commands: ['HSCAN', 'SSCAN', 'ZSCAN', 'LRANGE', 'XRANGE', 'XREVRANGE'],
    roles: ['inspector'],
    access: 'read',
  },
  {
    // Known from 7.2 on; an ACL line with it is refused by older ones, so that it is in no line unless this role is asked for.
    name: 'noTouch',
    purpose: 'leaving the idle times of keys as they are',
    commands: ['CLIENT NO-TOUCH'],
    roles: ['inspector'],
    access: 'none',
  },
  {
    name: 'predicates',
    purpose: 'purging keys by when they were last used, when they were stored, or by the kind of their value',
    commands: ['OBJECT IDLETIME', 'OBJECT FREQ', 'GETRANGE', 'PTTL', 'TYPE', 'MEMORY USAGE'],
    roles: ['operator'],
    access: 'read',
  },
  {
    name: 'purgeNoTouch',
    purpose: 'leaving the idle times of keys as they are',
    commands: ['CLIENT NO-TOUCH'],
    roles: ['operator'],
    access: 'none',
    isOptional: true,
  },
  {
    name: 'purge',
    purpose: 'removing keys, letting them expire, and repairing tag indexes',
    commands: ['UNLINK', 'PEXPIREAT', 'SREM', 'ZREM'],
    roles: ['operator'],
    access: 'write',
  },
  {
    name: 'fence',
    purpose: 'purges of which nothing runs late: what Redis does not begin in time never runs',
    commands: ['FCALL'],
    roles: ['operator'],
    keyGlobs: ['*'],
    isOptional: true,
    access: 'write',
  },
  {
    name: 'staleReads',
    purpose: 'marking entries of cachescope/cache as stale only while nobody else changes them',
    commands: ['WATCH', 'UNWATCH', 'MULTI', 'EXEC'],
    roles: ['operator'],
    access: 'read',
  },
  {
    name: 'staleMarks',
    purpose:
      'marking entries of cachescope/cache as stale, so that they are served until they are loaded anew',
    commands: ['SETRANGE'],
    roles: ['operator'],
    access: 'write',
  },
  {
    name: 'keepForUndo',
    purpose: 'bringing back what a purge removed: without it, purges cannot be undone',
    commands: ['DUMP', 'GET', 'GETRANGE'],
    roles: ['operator'],
    access: 'read',
  },
  {
    name: 'tagMembership',
    purpose: 'purging the keys of several tags together',
    commands: ['SMISMEMBER', 'ZMSCORE'],
    roles: ['operator'],
    access: 'read',
  },
  {
    name: 'undo',
    purpose: 'bringing back what a purge removed; never over a newer value',
    commands: ['RESTORE', 'SET', 'SADD', 'ZADD'],
    roles: ['operator'],
    access: 'write',
  },
  {
    name: 'markReads',
    purpose:
      'tags that libraries invalidate by a mark, such as a time or a counter, or list under an id; only the keys that are named as such',
    commands: ['GETRANGE', 'HSCAN'],
    roles: ['monitor', 'operator'],
    access: 'read',
  },
  {
    name: 'markWrites',
    purpose:
      'purging tags that libraries invalidate by a mark (bentocache, cacheable, FusionCache, Drupal, layered-loader); only the keys that are named as such marks',
    commands: ['SET', 'INCR', 'HSET'],
    roles: ['operator'],
    keyGlobs: markForms.filter(({ written }) => written !== null).map(({ glob }) => glob),
    access: 'write',
  },
  {
    name: 'hashIndexes',
    purpose:
      'purging tags of cache handlers of Next.js, which keep them in hashes, and bringing them back; only those hashes',
    commands: ['HDEL', 'HSET', 'HMGET', 'HSETNX'],
    roles: ['operator'],
    keyGlobs: hashIndexGlobs,
    access: 'write',
  },
  {
    name: 'purgeMessages',
    purpose:
      'telling running services of a purge where cachescope/cache, bentocache, FusionCache and a handler of Next.js listen, so that they drop what they hold in memory; only on the channels of these',
    commands: ['PUBLISH', 'PUBSUB CHANNELS'],
    roles: ['operator'],
    channels: Object.values(purgeChannels),
    access: 'none',
  },
  {
    name: 'serviceAnswers',
    purpose:
      'what services with cachescope/cache say to our commands; only the stream that the library keeps for it',
    commands: ['XRANGE', 'XREVRANGE'],
    roles: ['operator'],
    access: 'read',
  },
  {
    name: 'serviceCommands',
    purpose:
      'asking services with cachescope/cache to compare an entry with its source or to run a warmer; only the stream that the library keeps for it',
    commands: ['XADD'],
    roles: ['operator'],
    keyGlobs: [`*${commandsKey('')}`],
    access: 'write',
  },
  {
    name: 'eventLetters',
    purpose: 'dead letters of events, and what stands in the stream that they go back to',
    commands: ['XLEN', 'XRANGE', 'XREVRANGE'],
    roles: ['operator', 'inspector'],
    wholeKeyGlobs: eventLetterGlobs,
    access: 'read',
  },
  {
    name: 'letters',
    purpose: 'replaying and dropping dead letters of services; only in the streams for these and for events',
    commands: ['XADD', 'XDEL', 'TYPE', 'WATCH'],
    roles: ['operator'],
    keyGlobs: letterStreamGlobs,
    wholeKeyGlobs: eventLetterGlobs,
    access: 'write',
  },
  {
    // MULTI and DISCARD ask whether the others are permitted, without running them.
    name: 'probe',
    purpose: 'hit rate by pattern, measured from Redis alone',
    commands: ['SUBSCRIBE', 'MONITOR', 'CONFIG GET', 'CONFIG SET', 'MULTI', 'DISCARD'],
    roles: ['probe'],
    access: 'none',
  },
];

const containers: ReadonlySet<string> = new Set(
  capabilities.flatMap((capability) => capability.commands).flatMap((name) => name.split(' ').slice(0, -1)),
);

/** The command as the table spells it: `memory` and `usage` become `MEMORY USAGE`. */
export function commandName(name: string, firstArgument: unknown): string {
  const upper = name.toUpperCase();
  if (!containers.has(upper)) return upper;
  return `${upper} ${String(firstArgument ?? '').toUpperCase()}`;
}

/** The row that holds the command; null when no connection may send it. */
export function capabilityOf(command: string): Capability | null {
  return capabilities.find((capability) => capability.commands.includes(command)) ?? null;
}
