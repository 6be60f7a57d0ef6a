import type { RedisCommand, RedisConnection, RedisReply } from '#server/redis/redisConnection.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { type Asked, askEach } from '#server/sources/look/askEach.ts';
import { fingerprintOf } from '#server/sources/look/fingerprintOf.ts';
import { parseEntryHeader } from '#server/sources/look/parseEntryHeader.ts';
import { LOOK_VALUE_BYTES } from '#shared/look/patternLook.ts';
import type { Fact, KeyFacts } from './keyFacts.ts';
import type { OwnTouches } from './ownTouches.ts';

export interface AskParts {
  readonly connection: RedisConnection;
  readonly isLfu: boolean;
  readonly touches: OwnTouches;
  /** What this connection reads does not look used. */
  readonly isQuiet: () => Promise<boolean>;
  /** When keys were last used has been asked, and must not be hidden by what is asked now. */
  readonly isUseAsked: boolean;
  /** A value says more than how old a key is, so that a declared TTL does not make up for it. */
  readonly mayFormatDecide: boolean;
  readonly nowMs: () => number;
}

const MS_PER_SECOND = 1_000;
const HIDDEN_BY_US =
  'Before Redis 7.2 reading when an entry was stored counts as use under LFU. --pattern-ttls PATTERN=SECONDS tells the age of keys without it.';
const TOO_MANY =
  'Before Redis 7.2 reading a value makes its key look used; this server remembers 100,000 keys that it touched so, and no more.';

/** Asks each of the keys for one fact and notes what it says. Throws `RedisFault`, also when the command itself is not permitted. */
export async function askFact(fact: Fact, keys: readonly KeyFacts[], parts: AskParts): Promise<void> {
  switch (fact) {
    case 'bytes':
      return noteReplies(keys, await ask(parts, keys, (key) => ['MEMORY', 'USAGE', key]), {
        ...{ isGone: (reply) => reply === null, nowMs: parts.nowMs },
        note: (facts, reply) => {
          facts.bytes = reply;
        },
      });
    case 'ttl':
      return noteReplies(keys, await ask(parts, keys, (key) => ['PTTL', key]), {
        ...{ isGone: (reply) => reply === -2, nowMs: parts.nowMs },
        note: (facts, reply) => {
          facts.ttlMs = reply < 0 ? null : reply;
        },
      });
    case 'use':
      return askUse(keys, parts);
    case 'value':
      return askValues(keys, parts);
  }
}

async function askUse(keys: readonly KeyFacts[], parts: AskParts): Promise<void> {
  const { isLfu, touches, nowMs } = parts;
  const word = isLfu ? 'FREQ' : 'IDLETIME';
  noteReplies(keys, await ask(parts, keys, (key) => ['OBJECT', word, key]), {
    ...{ isGone: (reply) => reply === null, nowMs },
    note: (facts, reply) => {
      if (isLfu) facts.frequency = reply;
      else facts.idleMs = touches.idleMs(facts.key, { idleMs: reply * MS_PER_SECOND, nowMs: nowMs() });
    },
  });
}

async function askValues(all: readonly KeyFacts[], parts: AskParts): Promise<void> {
  const { isUseAsked, isLfu, touches, nowMs } = parts;
  const isHiding = isUseAsked && !(await parts.isQuiet());
  const keys = all.filter((facts) => {
    if (!parts.mayFormatDecide && facts.declaredTtlMs !== null) return false;
    if (isHiding && isLfu) facts.whyNoValue = HIDDEN_BY_US;
    else if (isHiding && touches.isFull && !touches.has(facts.key)) facts.whyNoValue = TOO_MANY;
    return facts.whyNoValue === '';
  });
  const types = await ask(parts, keys, (key) => ['TYPE', key]);
  const strings: KeyFacts[] = [];
  for (const [at, facts] of keys.entries()) {
    const type = noteState(facts, types.replies[at], (reply) => String(reply) === 'none');
    if (facts.state !== 'seen') continue;
    if (String(type) === 'string') strings.push(facts);
    else facts.value = { fingerprint: null, storedAtMs: null };
  }
  const starts = await ask(parts, strings, (key) => ['GETRANGE', key, 0, LOOK_VALUE_BYTES - 1]);
  for (const [at, facts] of strings.entries()) {
    const bytes = noteState(facts, starts.replies[at], () => false);
    if (!Buffer.isBuffer(bytes)) continue;
    facts.readAtMs = nowMs();
    facts.value = {
      fingerprint: fingerprintOf(bytes, bytes.length < LOOK_VALUE_BYTES),
      storedAtMs: parseEntryHeader(bytes)?.storedAtMs ?? null,
    };
    if (isHiding && facts.idleMs !== null) {
      touches.note(facts.key, { idleMs: facts.idleMs, nowMs: facts.readAtMs });
    }
  }
}

async function ask(
  { connection }: AskParts,
  keys: readonly KeyFacts[],
  commandOf: (key: Buffer) => RedisCommand,
): Promise<Asked> {
  const asked = await askEach(
    connection,
    keys.map(({ key }) => commandOf(key)),
  );
  if (asked.fault !== null) throw asked.fault;
  return asked;
}

interface Noting {
  readonly isGone: (reply: RedisReply | undefined) => boolean;
  readonly note: (facts: KeyFacts, reply: number) => void;
  readonly nowMs: () => number;
}

function noteReplies(keys: readonly KeyFacts[], { replies }: Asked, { isGone, note, nowMs }: Noting): void {
  for (const [at, facts] of keys.entries()) {
    const reply = noteState(facts, replies[at], isGone);
    if (facts.state !== 'seen' || typeof reply !== 'number') continue;
    note(facts, reply);
    facts.readAtMs = nowMs();
  }
}

/** The reply, once it is told whether the key is there and may be read. Throws any other `RedisFault`. */
function noteState(
  facts: KeyFacts,
  reply: RedisReply | undefined,
  isGone: (reply: RedisReply | undefined) => boolean,
): RedisReply | undefined {
  if (reply instanceof RedisFault) {
    // Of another type since it was asked for it: it is no longer what was looked at.
    if (reply.kind === 'wrongType') facts.state = 'gone';
    else if (reply.kind === 'keyNotPermitted') facts.state = 'denied';
    else throw reply;
  } else if (isGone(reply)) facts.state = 'gone';
  return reply;
}
