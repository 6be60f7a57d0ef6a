import { KEYS_PER_UNLINK } from '#shared/acting/plan.ts';
import { MAX_CONTROL_ENTRIES } from '#shared/control/controlCommand.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { SOFT_EXPIRY_OFFSET } from '#shared/entryHeader.ts';
import { SHOWN_ELEMENTS } from '#shared/keys/keyValue.ts';
import { isLetterStreamName } from '#shared/letters/letterStreams.ts';
import { LOOK_SHAPE_BYTES } from '#shared/look/patternLook.ts';
import { isHashIndexName, isRevalidatedTagsName } from '#shared/tags/hashIndexNames.ts';
import { isMarkName } from '#shared/tags/markNames.ts';
import { isPurgeChannel, purgeChannels } from '#shared/tags/purgeChannels.ts';
import { parseTagIdName } from '#shared/tags/tagIdNames.ts';
import { capabilities, commandName } from './capabilities.ts';
import { decodeFenced } from './fence/fencedCall.ts';
import type { ConnectionRole, RedisArgument, RedisCommand } from './redisConnection.ts';
import { RedisFault } from './redisConnection.ts';

/** Most elements that one SCAN step may ask for: at 1,000, one step holds the node for under 1 ms. */
export const MAX_SCAN_COUNT = 1_000;

/** Longest glob, bytes: matching time grows with its length (CVE-2024-31228 is the extreme). */
const MAX_MATCH_BYTES = 256;

/** Most bytes of the mark of a tag that are read; the libraries write less than 300. */
export const MAX_MARK_BYTES = 1_024;

/** The one setting of Redis that is ever read or set: what it tells of keys. */
export const KEYSPACE_EVENTS = 'notify-keyspace-events';

export interface CommandGuard {
  /** The command as the table spells it. Throws `RedisFault('notPermitted')` when this role may not send it so. */
  admit(command: RedisCommand): string;
}

/**
 * Lets through what the table gives to the role, in amounts that other clients do not feel. `eventStreams` = those whose dead letters
 * are read and replayed.
 */
export function commandGuard(role: ConnectionRole, eventStreams: readonly string[] = []): CommandGuard {
  const allowed = new Set(
    capabilities
      .filter((capability) => capability.roles.includes(role))
      .flatMap((capability) => capability.commands),
  );
  function admitFenced(args: readonly RedisArgument[]): void {
    const commands = decodeFenced(args);
    if (commands === null)
      throw refusal('FCALL', 'only the function that is shipped, with commands of a purge.');
    for (const command of commands) admit(command);
  }
  function admit(command: RedisCommand): string {
    const [word, ...args] = command;
    const name = commandName(word, args[0]);
    if (!allowed.has(name)) throw refusal(name, `${name} is not for the ${role} connection.`);
    if (name === 'FCALL') admitFenced(args);
    const excess = excessOf(name, args, { role, eventStreams });
    if (excess !== null) throw refusal(name, `${name} on the ${role} connection: ${excess}`);
    return name;
  }
  return { admit };
}

function refusal(command: string, text: string): RedisFault {
  return new RedisFault('notPermitted', command, `Refused by our own command guard: ${text}`);
}

/** Who sends a command, and what it was told of. */
interface Sender {
  readonly role: ConnectionRole;
  readonly eventStreams: readonly string[];
}

function excessOf(name: string, args: readonly RedisArgument[], sender: Sender): string | null {
  const { role } = sender;
  switch (name) {
    case 'UNLINK':
    case 'WATCH':
      return args.length > KEYS_PER_UNLINK ? `at most ${KEYS_PER_UNLINK} keys a command.` : null;
    case 'SMISMEMBER':
    case 'ZMSCORE':
      return args.length > 1 + KEYS_PER_UNLINK ? `at most ${KEYS_PER_UNLINK} members a command.` : null;
    case 'MEMORY USAGE':
      return args.length > 2 ? 'without SAMPLES only; sampling every element can take seconds.' : null;
    case 'CONFIG GET':
    case 'CONFIG SET':
      return args[1] === KEYSPACE_EVENTS ? null : `only ${KEYSPACE_EVENTS}.`;
    case 'SET':
      return setExcess(args);
    case 'SETRANGE':
      return isStaleMark(args) ? null : 'only the eight zero bytes that mark an entry as stale.';
    case 'RESTORE':
      return args.length === 3 ? null : 'without options: a value that stands is never overwritten.';
    case 'GETRANGE':
      if (role === 'inspector') return rangeExcess(args);
      if (isNamedMark(args[0]) || parseTagIdName(latin1(args[0])) !== null) return markRangeExcess(args);
      if (role === 'operator') return rangeExcess(args);
      return isAnnouncement(args[0], 'instance:') ? null : 'values of entries are never read.';
    case 'HDEL':
    case 'HMGET':
    case 'HSETNX':
      return isHashIndexName(latin1(args[0])) ? null : 'only of hashes that are named as indexes of tags.';
    case 'HSET':
      if (isRevalidatedTagsName(latin1(args[0]))) return null;
      return isNamedMark(args[0], name) ? null : 'only on keys that are named as marks of tags.';
    case 'INCR':
      return isNamedMark(args[0], name) ? null : 'only on keys that are named as marks of tags.';
    case 'PUBLISH':
      return isPurgeChannel(latin1(args[0])) ? null : 'only on channels where libraries hear of purges.';
    case 'PUBSUB CHANNELS':
      return channelGlobs.has(latin1(args[1])) ? null : 'only the channels where libraries hear of purges.';
    case 'ZRANGE':
      return isAnnouncement(args[0], 'instances') ? null : 'values of entries are never read.';
    case 'LRANGE':
      return isFirst(args, SHOWN_ELEMENTS) ? null : `the first ${SHOWN_ELEMENTS} elements at most.`;
    case 'SCAN':
      return scanExcess(args.slice(1));
    case 'SSCAN':
    case 'HSCAN':
    case 'ZSCAN':
      return scanExcess(args.slice(2));
    default:
      return streamExcess(name, args, sender);
  }
}

function streamExcess(
  name: string,
  args: readonly RedisArgument[],
  { role, eventStreams }: Sender,
): string | null {
  const isOfLetters = isLetterStreamName(latin1(args[0]), eventStreams);
  const isOfEvents = role === 'operator' && eventStreams.includes(latin1(args[0]));
  switch (name) {
    case 'XRANGE':
    case 'XREVRANGE':
      if (isOfLetters || isOfEvents) return lettersExcess(args);
      return role === 'operator' ? answersExcess(args) : entriesExcess(args);
    case 'XADD':
      return (isOfLetters || isOfEvents) && args[1] === '*' ? null : commandExcess(args);
    case 'XDEL':
      return isOfLetters && args.length === 2 ? null : 'one dead letter at a time, and nothing else.';
    default:
      return null;
  }
}

function setExcess([key, _value, ...options]: readonly RedisArgument[]): string | null {
  return isNamedMark(key, 'SET') || options.includes('NX')
    ? null
    : 'with NX only, or on keys that are named as marks of tags: a value that stands is never overwritten.';
}

const STALE = Buffer.alloc(8);

const channelGlobs: ReadonlySet<string> = new Set(Object.values(purgeChannels));

function isNamedMark(key: RedisArgument | undefined, written?: 'SET' | 'INCR' | 'HSET'): boolean {
  return isMarkName(latin1(key), written);
}

/** What makes an entry of cachescope/cache stale, and nothing else of it. */
function isStaleMark([, offset, bytes]: readonly RedisArgument[]): boolean {
  return Number(offset) === SOFT_EXPIRY_OFFSET && Buffer.isBuffer(bytes) && bytes.equals(STALE);
}

function latin1(argument: RedisArgument | undefined): string {
  return Buffer.isBuffer(argument) ? argument.toString('latin1') : String(argument);
}

/** A mark is short; what is longer is something else under its name. */
function markRangeExcess([, from, to]: readonly RedisArgument[]): string | null {
  const isStart = Number(from) === 0 && Number(to) >= 0 && Number(to) < MAX_MARK_BYTES;
  return isStart ? null : `the first ${MAX_MARK_BYTES} bytes of a mark at most.`;
}

/** The start of a value and no other part of it, in an amount that tells its kind. */
function rangeExcess(args: readonly RedisArgument[]): string | null {
  return isFirst(args, LOOK_SHAPE_BYTES) ? null : `the first ${LOOK_SHAPE_BYTES} bytes of a value at most.`;
}

/** Whether a range begins at the start and holds no more than so many. */
function isFirst([, from, to]: readonly RedisArgument[], most: number): boolean {
  const last = Number(to);
  return Number(from) === 0 && Number.isInteger(last) && last >= 0 && last < most;
}

function entriesExcess([, from, to, option, count]: readonly RedisArgument[]): string | null {
  const isBounded =
    String(option).toUpperCase() === 'COUNT' && Number(count) >= 1 && Number(count) <= SHOWN_ELEMENTS;
  return from === '-' && to === '+' && isBounded ? null : `the first ${SHOWN_ELEMENTS} entries at most.`;
}

/** Some answers of services. */
function answersExcess([key, , , option, count]: readonly RedisArgument[]): string | null {
  const isBounded = String(option).toUpperCase() === 'COUNT' && Number(count) >= 1 && Number(count) <= 100;
  return isAnnouncement(key, 'answers') && isBounded ? null : 'only answers of services, 100 at most.';
}

/** A page of dead letters, or of the events among which they are looked for once they are back. */
function lettersExcess([, , , option, count]: readonly RedisArgument[]): string | null {
  const isBounded = String(option).toUpperCase() === 'COUNT' && Number(count) >= 1 && Number(count) <= 100;
  return isBounded ? null : '100 dead letters or events at most.';
}

/** A command to services, in a stream that is kept short. */
function commandExcess([key, ...options]: readonly RedisArgument[]): string | null {
  const isTrimmed = options.slice(0, 3).join(' ') === `MAXLEN ~ ${MAX_CONTROL_ENTRIES}`;
  return isAnnouncement(key, 'commands') && isTrimmed ? null : 'only commands to services, in their stream.';
}

function isAnnouncement(key: RedisArgument | undefined, name: string): boolean {
  const text = String(key);
  return text.startsWith(ownKeyName('', name)) || text.includes(ownKeyName(':', name));
}

function scanExcess(options: readonly RedisArgument[]): string | null {
  for (let at = 0; at < options.length; at += 2) {
    const option = String(options[at]).toUpperCase();
    const value = options[at + 1] ?? '';
    if (option === 'COUNT') {
      const count = Number(String(value));
      if (!Number.isInteger(count) || count < 1 || count > MAX_SCAN_COUNT) {
        return `COUNT is 1 to ${MAX_SCAN_COUNT}.`;
      }
    } else if (option === 'MATCH') {
      const bytes = typeof value === 'number' ? 0 : Buffer.byteLength(value);
      if (bytes > MAX_MATCH_BYTES) return `MATCH is at most ${MAX_MATCH_BYTES} bytes.`;
    } else {
      // SCAN TYPE raises the hit counters by an amount that its reply does not tell.
      return `the option ${option} is not used.`;
    }
  }
  return null;
}
