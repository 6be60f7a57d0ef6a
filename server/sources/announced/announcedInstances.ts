import { type RedisConnection, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import {
  type InstanceSnapshot,
  instanceSnapshotKey,
  instancesKey,
  parseInstanceSnapshot,
} from '#shared/control/instanceSnapshot.ts';
import type { AnnouncedMemory } from './announcedMemory.ts';

export interface AnnouncedInstancesOptions {
  readonly connection: Pick<RedisConnection, 'pipeline'>;
  /** Starts of key names under which services may have announced instances. */
  readonly prefixes: () => Iterable<string>;
  /** Whether the instance is read at its address just now, so that its snapshot need not be read at every look. */
  readonly isReadElsewhere: (snapshot: Pick<InstanceSnapshot, 'service' | 'instance'>) => boolean;
  readonly nowMs: () => number;
  /** Who was there before the server was started. */
  readonly memory: Pick<AnnouncedMemory, 'read' | 'note'>;
  /** Hears of each look, whoever asked for it. */
  readonly onLook?: (look: AnnouncedLook) => void;
}

/** An instance on the list of one prefix. */
export interface AnnouncedInstance {
  /** Start of the key names of its service. */
  readonly prefix: string;
  /** Of its snapshot. */
  readonly key: string;
  readonly name: string;
  /** When it wrote last, by its own clock, epoch ms. */
  readonly seenAtMs: number;
  /** Null = the key is gone, or holds no snapshot. */
  readonly snapshot: InstanceSnapshot | null;
  /** The last that was read, however long ago: it says where the instance was. */
  readonly lastSnapshot: InstanceSnapshot | null;
  /** When the snapshot was read, epoch ms. */
  readonly readAtMs: number;
  /** False = it has fallen silent, by its own clock and with room for one that differs by seconds. */
  readonly isAlive: boolean;
}

export interface AnnouncedLook {
  readonly atMs: number;
  readonly instances: readonly AnnouncedInstance[];
  /** Past the limit, and left out. */
  readonly leftOutCount: number;
}

/** Most instances that are looked at. */
const MAX_ANNOUNCED = 1_000;
/** Who looks within this of another look gets the same. */
const SHARED_MS = 1_000;
/** An instance that is read elsewhere is read again after this, for it may have begun anew under the same name. */
const REREAD_MS = 60_000;
/** While somebody looks at warmers, those of instances that are read elsewhere are read this often, ms: the metrics tell no runs. */
const WATCHED_REREAD_MS = 5_000;
/** A look at warmers is over this long after the last question, ms. */
const WATCHED_FOR_MS = 15_000;
/** Longest time between two announcements of the library, three times, ms. */
const MAX_SILENCE_MS = 1_800_000;
const LEAST_SILENCE_MS = 10_000;
const MAX_PREFIXES = 200;
/** A start of key names that had instances is looked under for so long after, whatever keys there are: Redis may have been emptied. */
const PREFIX_KEPT_MS = 3_600_000;
/** A snapshot of 1,000 patterns has some 150 KB. */
const MAX_SNAPSHOT_BYTES = 1024 * 1024;
const SNAPSHOTS_AT_ONCE = 20;
/** A list that the user may not read is asked for again after this, ms: Redis writes each refusal into its ACL LOG. */
const DENIED_MS = 60_000;

type Listed = Pick<AnnouncedInstance, 'prefix' | 'key' | 'name' | 'seenAtMs'>;
type Read = Pick<AnnouncedInstance, 'snapshot' | 'lastSnapshot' | 'readAtMs'>;

/**
 * The instances of our library that announce themselves in Redis. A look costs one ZRANGE a prefix and one GETRANGE an
 * instance (one a minute where it is read elsewhere and nobody looks at its warmers), which count as look-ups and are subtracted like all of ours.
 */
export class AnnouncedInstances {
  readonly #options: AnnouncedInstancesOptions;
  /** By key of the snapshot. */
  #read: ReadonlyMap<string, Read> = new Map();
  /** Starts of key names that had instances, by when they had. */
  readonly #usedAtMs = new Map<string, number>();
  /** Starts of key names whose list may not be read, by when that was told. */
  readonly #deniedAtMs = new Map<string, number>();
  #last: Promise<AnnouncedLook> | null = null;
  #found: readonly AnnouncedInstance[] = [];
  #lastAtMs = -Infinity;
  #watchedAtMs = -Infinity;

  constructor(options: AnnouncedInstancesOptions) {
    this.#options = options;
    const remembered = options.memory.read();
    for (const { prefix, seenAtMs } of remembered) this.#usedAtMs.set(prefix, seenAtMs);
    this.#found = remembered.map(({ prefix, name, seenAtMs, snapshot }) => ({
      ...{ prefix, name, seenAtMs, key: instanceSnapshotKey(prefix, name), snapshot: null },
      ...{ lastSnapshot: snapshot, readAtMs: seenAtMs, isAlive: true },
    }));
  }

  /** Rejects when Redis does not answer. */
  look(): Promise<AnnouncedLook> {
    const nowMs = this.#options.nowMs();
    if (this.#last !== null && Math.abs(nowMs - this.#lastAtMs) < SHARED_MS) return this.#last;
    this.#lastAtMs = nowMs;
    const look = this.#look(nowMs);
    this.#last = look;
    // The next one to ask tries again.
    look.catch(() => {
      if (this.#last === look) this.#last = null;
    });
    return look;
  }

  /** Of the last look that Redis answered, however long ago; before the first one, who was remembered. */
  found(): readonly AnnouncedInstance[] {
    return this.#found;
  }

  /** The same, by somebody who looks at the warmers: their next states are read soon. */
  foundWarmers(): readonly AnnouncedInstance[] {
    this.#watchedAtMs = this.#options.nowMs();
    return this.#found;
  }

  async #look(atMs: number): Promise<AnnouncedLook> {
    const found = await this.#list(atMs);
    const listed = found.slice(0, MAX_ANNOUNCED);
    const read = new Map<string, Read>();
    const due: string[] = [];
    for (const { key } of listed) {
      const before = this.#read.get(key);
      if (before !== undefined && !this.#isDue(before, atMs)) read.set(key, before);
      else due.push(key);
    }
    for (let at = 0; at < due.length; at += SNAPSHOTS_AT_ONCE) {
      for (const [key, one] of await this.#readAll(due.slice(at, at + SNAPSHOTS_AT_ONCE))) read.set(key, one);
    }
    this.#read = read;
    this.#found = listed.map((one) => withSnapshot(one, read.get(one.key), atMs));
    this.#options.memory.note(
      this.#found.flatMap(({ prefix, name, seenAtMs, isAlive, lastSnapshot: snapshot }) =>
        isAlive && snapshot !== null ? [{ prefix, name, seenAtMs, snapshot }] : [],
      ),
    );
    const look = { atMs, instances: this.#found, leftOutCount: found.length - listed.length };
    this.#options.onLook?.(look);
    return look;
  }

  #isDue({ snapshot, readAtMs }: Read, atMs: number): boolean {
    const isElsewhere = snapshot !== null && this.#options.isReadElsewhere(snapshot);
    if (!isElsewhere) return true;
    const isWatched = snapshot.warmers.length > 0 && Math.abs(atMs - this.#watchedAtMs) < WATCHED_FOR_MS;
    return Math.abs(atMs - readAtMs) >= (isWatched ? WATCHED_REREAD_MS : REREAD_MS);
  }

  async #list(atMs: number): Promise<readonly Listed[]> {
    for (const [prefix, usedAtMs] of this.#usedAtMs) {
      if (atMs - usedAtMs > PREFIX_KEPT_MS) this.#usedAtMs.delete(prefix);
    }
    const all = [...new Set([...this.#usedAtMs.keys(), ...this.#options.prefixes()])].slice(0, MAX_PREFIXES);
    const due = all.filter((prefix) => atMs - (this.#deniedAtMs.get(prefix) ?? -Infinity) >= DENIED_MS);
    // Where nothing may be read, the reason is asked for each time: somebody may be mending it.
    const prefixes = due.length > 0 ? due : all;
    const replies = await this.#options.connection.pipeline(
      // By rank and not by score: a set that exists is never empty, so the reply tells whether the look-up hit.
      prefixes.map((prefix) => ['ZRANGE', instancesKey(prefix), 0, MAX_ANNOUNCED, 'REV', 'WITHSCORES']),
    );
    // A user who may read the keys of some services finds these; nothing of his tells what the others announce.
    const isAnyRead = replies.some((reply) => !isDenied(reply));
    this.#noteDenied(prefixes, replies, atMs);
    const listed = prefixes.flatMap((prefix, at) =>
      pairsOf(isAnyRead && isDenied(replies[at]) ? undefined : replies[at])
        .filter(([, seenAtMs]) => atMs - seenAtMs < MAX_SILENCE_MS)
        .map(([name, seenAtMs]) => ({ prefix, key: instanceSnapshotKey(prefix, name), name, seenAtMs })),
    );
    for (const { prefix } of listed) this.#usedAtMs.set(prefix, atMs);
    return listed;
  }

  #noteDenied(prefixes: readonly string[], replies: readonly RedisReply[], atMs: number): void {
    for (const [prefix, deniedAtMs] of this.#deniedAtMs) {
      if (atMs - deniedAtMs >= DENIED_MS) this.#deniedAtMs.delete(prefix);
    }
    for (const [at, prefix] of prefixes.entries()) {
      if (isDenied(replies[at])) this.#deniedAtMs.set(prefix, atMs);
    }
  }

  async #readAll(keys: readonly string[]): Promise<[string, Read][]> {
    const { connection, nowMs } = this.#options;
    const replies = await connection.pipeline(
      keys.map((key) => ['GETRANGE', key, 0, MAX_SNAPSHOT_BYTES - 1]),
    );
    return keys.map((key, at) => {
      const reply = replies[at];
      const snapshot = Buffer.isBuffer(reply) ? parseInstanceSnapshot(reply.toString('utf8')) : null;
      const lastSnapshot = snapshot ?? this.#read.get(key)?.lastSnapshot ?? null;
      return [key, { snapshot, lastSnapshot, readAtMs: nowMs() }];
    });
  }
}

function withSnapshot(listed: Listed, read: Read | undefined, atMs: number): AnnouncedInstance {
  const { snapshot = null, lastSnapshot = null, readAtMs = atMs } = read ?? {};
  const silenceMs = Math.max(3 * (lastSnapshot?.everyMs ?? 0), LEAST_SILENCE_MS);
  return { ...listed, snapshot, lastSnapshot, readAtMs, isAlive: atMs - listed.seenAtMs < silenceMs };
}

function isDenied(reply: RedisReply | undefined): boolean {
  return reply instanceof RedisFault && reply.kind === 'keyNotPermitted';
}

/** Names and scores of a reply WITHSCORES; a prefix where the key is of another type has none. */
function pairsOf(reply: RedisReply | undefined): [string, number][] {
  if (reply instanceof RedisFault && reply.kind !== 'wrongType') throw reply;
  if (!Array.isArray(reply)) return [];
  const texts = reply.map(String);
  return texts.flatMap((name, at) => (at % 2 === 0 ? [[name, Number(texts[at + 1])]] : []));
}
