import { type RedisConnection, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import {
  type InstanceSnapshot,
  instanceSnapshotKey,
  instancesKey,
  parseInstanceSnapshot,
} from '#shared/control/instanceSnapshot.ts';
import type { AddressRanges } from '../addressRanges.ts';
import { noAccess, type ScrapeTarget, targetId } from '../scrapeTarget.ts';
import { type Found, MAX_FOUND_TARGETS, type TargetFinder } from './targetFinder.ts';

export interface AnnouncedFinderOptions {
  readonly connection: Pick<RedisConnection, 'pipeline'>;
  /** Starts of key names under which services may have announced instances. */
  readonly prefixes: () => Iterable<string>;
  /** Announced addresses outside these are never connected to: whoever may write to Redis may announce. */
  readonly ranges: AddressRanges;
  readonly nowMs: () => number;
}

const LOOK_MS = 10_000;
/** An instance that is known is read again after this, for it may have begun anew elsewhere under the same name. */
const REREAD_MS = 60_000;
/** Longest time between two announcements of the library, three times, ms. */
const MAX_SILENCE_MS = 1_800_000;
const MAX_PREFIXES = 200;
/** A snapshot of 1,000 patterns has some 150 KB. */
const MAX_SNAPSHOT_BYTES = 1024 * 1024;
const SNAPSHOTS_AT_ONCE = 20;

interface Known {
  readonly target: ScrapeTarget | null;
  readonly everyMs: number;
  readonly readAtMs: number;
}

/**
 * Instances of our library that announced where they can be scraped. Costs Redis one ZRANGE a prefix and look, and one
 * GETRANGE an instance and minute, which counts as a look-up and is subtracted like all of ours.
 */
export function announcedFinder(options: AnnouncedFinderOptions): TargetFinder {
  const finder = new AnnouncedFinder(options);
  return {
    kind: 'announcement',
    name: options.ranges.text,
    everyMs: LOOK_MS,
    find: () => finder.find(),
  };
}

class AnnouncedFinder {
  readonly #options: AnnouncedFinderOptions;
  /** By key of the snapshot. */
  #known = new Map<string, Known>();

  constructor(options: AnnouncedFinderOptions) {
    this.#options = options;
  }

  async find(): Promise<Found> {
    const { nowMs } = this.#options;
    const atMs = nowMs();
    const instances = await this.#listInstances(atMs);
    const listed = instances.slice(0, MAX_FOUND_TARGETS);
    const known = new Map<string, Known>();
    const unread: string[] = [];
    for (const { key } of listed) {
      const before = this.#known.get(key);
      if (before !== undefined && atMs - before.readAtMs < REREAD_MS) known.set(key, before);
      else unread.push(key);
    }
    for (let at = 0; at < unread.length; at += SNAPSHOTS_AT_ONCE) {
      for (const [key, one] of await this.#read(unread.slice(at, at + SNAPSHOTS_AT_ONCE)))
        known.set(key, one);
    }
    this.#known = known;
    const alive = listed.flatMap(({ key, seenAtMs }) => {
      const one = known.get(key);
      // Clocks of services differ from ours by seconds; the library forgets an instance after three silences.
      return one?.target != null && atMs - seenAtMs < Math.max(3 * one.everyMs, LOOK_MS) ? [one.target] : [];
    });
    const leftOutCount = instances.length - listed.length;
    return {
      targets: alive,
      leftOut:
        leftOutCount > 0 ? `${leftOutCount} instances past the first ${MAX_FOUND_TARGETS} are left out.` : '',
    };
  }

  async #listInstances(atMs: number): Promise<{ key: string; seenAtMs: number }[]> {
    const prefixes = [...new Set(this.#options.prefixes())].slice(0, MAX_PREFIXES);
    const replies = await this.#options.connection.pipeline(
      // By rank and not by score: a set that exists is never empty, so the reply tells whether the look-up hit.
      prefixes.map((prefix) => ['ZRANGE', instancesKey(prefix), 0, MAX_FOUND_TARGETS, 'REV', 'WITHSCORES']),
    );
    return prefixes.flatMap((prefix, at) =>
      pairsOf(replies[at])
        .filter(([, seenAtMs]) => atMs - seenAtMs < MAX_SILENCE_MS)
        .map(([instance, seenAtMs]) => ({ key: instanceSnapshotKey(prefix, instance), seenAtMs })),
    );
  }

  async #read(keys: readonly string[]): Promise<[string, Known][]> {
    const { connection, nowMs } = this.#options;
    const replies = await connection.pipeline(
      keys.map((key) => ['GETRANGE', key, 0, MAX_SNAPSHOT_BYTES - 1]),
    );
    return keys.map((key, at) => {
      const reply = replies[at];
      const snapshot = Buffer.isBuffer(reply) ? parseInstanceSnapshot(reply.toString('utf8')) : null;
      const target = snapshot === null ? null : this.#targetOf(snapshot);
      return [key, { target, everyMs: snapshot?.everyMs ?? 0, readAtMs: nowMs() }];
    });
  }

  #targetOf({ metricsUrl, service, instance, version }: InstanceSnapshot): ScrapeTarget | null {
    const url = metricsUrl === null ? null : URL.parse(metricsUrl);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      return null;
    return {
      id: targetId(url.href, null),
      url: url.href,
      origin: 'announcement',
      foundBy: instance,
      labels: { service, instance, version },
      // Credentials are for hosts that the operator named, never for who announces itself.
      access: noAccess,
      connectTo: null,
      ranges: this.#options.ranges,
    };
  }
}

/** Names and scores of a reply WITHSCORES; a prefix where the key is of another type has none. */
function pairsOf(reply: RedisReply | undefined): [string, number][] {
  if (reply instanceof RedisFault && reply.kind !== 'wrongType') throw reply;
  if (!Array.isArray(reply)) return [];
  const texts = reply.map(String);
  return texts.flatMap((name, at) => (at % 2 === 0 ? [[name, Number(texts[at + 1])]] : []));
}
