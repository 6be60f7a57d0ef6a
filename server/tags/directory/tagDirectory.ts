import { asAppError } from '#server/redis/faults/asAppError.ts';
import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { parseKey } from '#shared/keyText.ts';
import type { TagSizes } from '#shared/tags/tagGrowth.ts';
import type { TagList } from '#shared/tags/tagSummary.ts';
import { TagCheckups } from '../health/tagCheckups.ts';
import type { LookParts } from '../health/tagLook.ts';
import { describeTags, type ListedTag } from './describeTags.ts';
import { tagForms } from './tagForms.ts';
import { TagSizeHistory } from './tagSizes.ts';
import { type FoundTag, TagWalk } from './tagWalk.ts';

export interface TagDirectoryOptions {
  readonly connection: RedisConnection;
  readonly nowMs: () => number;
  /** Between the steps of a walk that goes on by itself. */
  readonly pause: (ms: number) => Promise<void>;
  /** What a look at the members of a tag needs to know. */
  readonly lookParts: () => LookParts;
  /** Of a walk while somebody waits for its list. */
  readonly maxWaitMs?: number;
}

/** The list, before what metrics say of its tags. */
export interface FoundTags extends Omit<TagList, 'tags'> {
  readonly tags: readonly ListedTag[];
}

/** How long somebody waits for a list; what is found by then is shown, and the walk goes on behind it. */
const MAX_WAIT_MS = 2_000;
/** 200 names every 20 ms: at most 10,000 names and about 1 % of the node's time a second. */
const PAUSE_MS = 20;
/** A walk that nobody asks for stops where it is, and goes on from there when somebody does. */
const UNASKED_MS = 60_000;
/** Lists that are asked for within this after a walk share it. */
const SHARED_FOR_MS = 2_000;
const MAX_TAGS = 1_000;

/** Where tags stand whose prefix is empty, so that a name is found before any of its kind was. */
const plainBeginnings = ['tag:', '_tag:', 'gocache_tag_', 'zc:ti:', 'tagIdents:', 'cache:tags:', 'r:'];

/**
 * The tags of every layout of one Redis, for all who look: one walk at a time, which goes on in the background, and whose
 * results are kept. A new walk replaces the last when it has ended; until then both are shown.
 */
export class TagDirectory {
  readonly #options: TagDirectoryOptions;
  readonly #checkups: TagCheckups;
  readonly #sizes = new TagSizeHistory();
  #last: { readonly walk: TagWalk; readonly endedAtMs: number } | null = null;
  #walk: TagWalk | null = null;
  #waiting: Promise<void> | null = null;
  #isGoingOn = false;
  #askedAtMs = 0;
  #isClosed = false;

  constructor(options: TagDirectoryOptions) {
    this.#options = options;
    this.#checkups = new TagCheckups(options);
  }

  /**
   * The tags that hold the search, taken literally and case-sensitively, those with the most entries first. A search that is a
   * whole tag is looked up directly as well, beside each tag that was found. Throws `AppError` redisUnreachable or redisRefused.
   */
  async list(search: string): Promise<FoundTags> {
    this.#askedAtMs = this.#options.nowMs();
    try {
      await this.#walkOn();
      const wanted = searchBytes(search);
      await this.#lookUp(wanted);
      return await this.#describe(wanted);
    } catch (error) {
      throw asAppError(error);
    }
  }

  /** How many entries a tag listed at the walks so far, the oldest first. */
  sizesOf(tagKey: Buffer): TagSizes {
    return this.#sizes.of(tagKey.toString('latin1'));
  }

  close(): void {
    this.#isClosed = true;
    this.#checkups.close();
  }

  /** Walks for as long as somebody may wait; several who ask together wait for the same. */
  async #walkOn(): Promise<void> {
    if (this.#isGoingOn) return;
    if (this.#walk === null && this.#last !== null && this.#ageMs() < SHARED_FOR_MS) return;
    this.#waiting ??= this.#walkForAWhile().finally(() => {
      this.#waiting = null;
    });
    await this.#waiting;
  }

  #ageMs(): number {
    return this.#options.nowMs() - (this.#last?.endedAtMs ?? Number.NEGATIVE_INFINITY);
  }

  async #walkForAWhile(): Promise<void> {
    const { connection, nowMs, maxWaitMs = MAX_WAIT_MS } = this.#options;
    this.#walk ??= new TagWalk(tagForms);
    const walk = this.#walk;
    const endMs = nowMs() + maxWaitMs;
    do await walk.step(connection);
    while (!walk.isEnded && nowMs() <= endMs);
    if (walk.isEnded) this.#end(walk);
    else void this.#goOn(walk);
  }

  async #goOn(walk: TagWalk): Promise<void> {
    const { connection, nowMs, pause } = this.#options;
    this.#isGoingOn = true;
    try {
      while (!walk.isEnded && !this.#isClosed && nowMs() - this.#askedAtMs <= UNASKED_MS) {
        await pause(PAUSE_MS);
        await walk.step(connection);
      }
      if (walk.isEnded) this.#end(walk);
    } catch {
      // Whoever asks next goes on with the walk, and is told what is wrong if it still is.
    } finally {
      this.#isGoingOn = false;
    }
  }

  #end(walk: TagWalk): void {
    const endedAtMs = this.#options.nowMs();
    this.#last = { walk, endedAtMs };
    this.#sizes.record(walk.sizes(), endedAtMs);
    this.#walk = null;
  }

  /** Asks for the key that the tag would have in each scope that is known, so that a name is found before the walk comes to it. */
  async #lookUp(wanted: Buffer): Promise<void> {
    const walk = this.#walk ?? this.#last?.walk;
    if (wanted.length === 0 || walk === undefined) return;
    const scopes = [...walk.scopes(), ...(this.#last?.walk.scopes() ?? [])];
    const keys = [
      ...plainBeginnings.map((beginning) => Buffer.concat([Buffer.from(beginning), wanted])),
      ...scopes.map(({ before, after }) => Buffer.concat([before, wanted, after])),
    ];
    const unknown = keys.filter((key) => !walk.found.has(key.toString('latin1')));
    await walk.lookAt(this.#options.connection, unknown);
  }

  async #describe(wanted: Buffer): Promise<FoundTags> {
    const { connection, nowMs } = this.#options;
    const last = this.#last?.walk.found ?? new Map<string, FoundTag>();
    const kept = new Map([...last, ...(this.#walk?.found ?? [])]);
    // What many keys hold together is counted by a whole walk alone.
    for (const [name, found] of last) if (found.indexKey === null) kept.set(name, found);
    const matching = [...kept.values()]
      .filter(({ tag, scope, memberCount }) => scope.isProven && memberCount !== 0 && tag.includes(wanted))
      .toSorted((a, b) => sizeOf(b) - sizeOf(a));
    const found = matching.slice(0, MAX_TAGS);
    this.#checkups.ask(found.map(({ form, tagKey }) => ({ layout: form.id, tagKey })));
    const shown = await describeTags(connection, found, {
      lookOf: (tagKey) => this.#checkups.of(tagKey.toString('latin1')),
      sizesOf: (tagKey) => this.sizesOf(tagKey),
    });
    const current = this.#walk ?? this.#last?.walk;
    return {
      tags: shown,
      readAtMs: nowMs(),
      walkEndedAtMs: this.#last?.endedAtMs ?? null,
      scannedCount: current?.scannedCount ?? 0,
      keyCount: current?.keyCount ?? 0,
      isComplete: this.#last !== null && !this.#last.walk.isFull,
      isWalking: this.#isGoingOn,
      isLooking: this.#checkups.isLooking,
      leftOutCount: Math.max(0, matching.length - MAX_TAGS),
    };
  }
}

/** Tags whose entries nobody counts stand after those with the fewest. */
function sizeOf({ memberCount }: FoundTag): number {
  return memberCount ?? -1;
}

/** Text as the list shows it is read back to its bytes; what a person is still typing is taken as it stands. */
function searchBytes(search: string): Buffer {
  try {
    return Buffer.from(parseKey(search));
  } catch {
    return Buffer.from(search);
  }
}
