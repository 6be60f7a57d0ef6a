import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { tagLayouts } from '../tagLayouts.ts';
import { type SampleBudget, sampleTag } from './sampleTag.ts';
import { deriveTagLook, type LookParts, type TagLook } from './tagLook.ts';

/** A share of 20 % of so many members is told to within 6 points; some 0.3 ms of the server a tag. */
const BUDGET: SampleBudget = { memberCount: 200, ttlCount: 100 };
/** 20 tags a second: 0.6 % of the node's time, and 2,000 look-ups a second of our own, which are subtracted. */
const PAUSE_MS = 50;
/** A look is shown for so long before the tag is looked at again. */
const FRESH_MS = 5 * 60_000;
/** Tags are looked at for as long as somebody asks for their list. */
const UNASKED_MS = 60_000;

export interface TagCheckupsOptions {
  readonly connection: RedisConnection;
  readonly nowMs: () => number;
  readonly pause: (ms: number) => Promise<void>;
  readonly lookParts: () => LookParts;
}

interface Checked {
  readonly layout: string;
  readonly tagKey: Buffer;
}

/** Looks at the tags of a list one after the other, behind it, so that the list can say what is wrong with each. */
export class TagCheckups {
  readonly #options: TagCheckupsOptions;
  readonly #looks = new Map<string, { readonly look: TagLook | null; readonly atMs: number }>();
  #wanted: readonly Checked[] = [];
  #askedAtMs = 0;
  #isLooking = false;
  #isClosed = false;

  constructor(options: TagCheckupsOptions) {
    this.#options = options;
  }

  /** True while there are tags that nobody has looked at lately. */
  get isLooking(): boolean {
    return this.#isLooking;
  }

  /** Looks at these in their order, as far as no look at them is fresh. */
  ask(tags: readonly Checked[]): void {
    const { nowMs } = this.#options;
    this.#askedAtMs = nowMs();
    this.#wanted = tags.filter(({ layout }) => tagLayouts.some(({ id }) => id === layout));
    if (this.#isLooking || this.#isClosed || this.#next() === undefined) return;
    void this.#goOn();
  }

  /** The newest look; null when nobody has looked, or the tag was gone. */
  of(tagKey: string): TagLook | null {
    return this.#looks.get(tagKey)?.look ?? null;
  }

  close(): void {
    this.#isClosed = true;
  }

  #next(): Checked | undefined {
    const oldestMs = this.#options.nowMs() - FRESH_MS;
    return this.#wanted.find(
      ({ tagKey }) => (this.#looks.get(nameOf(tagKey))?.atMs ?? Number.NEGATIVE_INFINITY) < oldestMs,
    );
  }

  async #goOn(): Promise<void> {
    const { nowMs, pause } = this.#options;
    this.#isLooking = true;
    try {
      while (!this.#isClosed && nowMs() - this.#askedAtMs <= UNASKED_MS) {
        const next = this.#next();
        if (next === undefined) return;
        await this.#look(next);
        await pause(PAUSE_MS);
      }
    } catch {
      // Whoever asks for the list is told what is wrong with Redis, and asking starts this again.
    } finally {
      this.#isLooking = false;
      this.#forgetUnwanted();
    }
  }

  async #look({ layout: layoutId, tagKey }: Checked): Promise<void> {
    const { connection, nowMs, lookParts } = this.#options;
    const layout = tagLayouts.find(({ id }) => id === layoutId);
    const opened = (await layout?.open(connection, tagKey)) ?? null;
    // Where only a walk over all names tells the entries, nobody walks for one tag after the other.
    const index = opened?.isOnlyWalked === true ? null : opened;
    const sample = index === null ? null : await sampleTag(connection, index, { budget: BUDGET, nowMs });
    const look = index === null || sample === null ? null : deriveTagLook(index, sample, lookParts());
    this.#looks.set(nameOf(tagKey), { look, atMs: nowMs() });
  }

  #forgetUnwanted(): void {
    const oldestMs = this.#options.nowMs() - FRESH_MS;
    const wanted = new Set(this.#wanted.map(({ tagKey }) => nameOf(tagKey)));
    for (const [name, { atMs }] of this.#looks) {
      if (atMs < oldestMs && !wanted.has(name)) this.#looks.delete(name);
    }
  }
}

function nameOf(tagKey: Buffer): string {
  return tagKey.toString('latin1');
}
