import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { ScanPage } from '#server/tags/parseReplies.ts';
import { formatKey } from '#shared/keyText.ts';
import type { HeldPurge } from './heldPurge.ts';
import type { Selection } from './selections/selection.ts';

/** A rule may meet at most this many times the keys of its plan. */
export const GROWTH_LIMIT = 1.1;

/** The next keys to remove; `ended` after the last; `left` when going on would leave the plan that was shown. */
export type KeyBatch =
  | { readonly kind: 'keys'; readonly keys: readonly Buffer[] }
  | { readonly kind: 'ended' }
  | { readonly kind: 'left'; readonly text: string };

/** Hands out the keys of a plan in order. A read that failed can be asked again: nothing is skipped. */
export interface KeySource {
  next(connection: RedisConnection, maxCount: number): Promise<KeyBatch>;
}

export function openKeySource(held: HeldPurge, patternOf: (keyText: string) => string): KeySource {
  return held.frozenKeys === null ? ruleSource(held, patternOf) : frozenSource(held.frozenKeys);
}

function frozenSource(keys: readonly Buffer[]): KeySource {
  let at = 0;
  return {
    async next(_connection, maxCount) {
      if (at >= keys.length) return { kind: 'ended' };
      const batch = keys.slice(at, at + maxCount);
      at += batch.length;
      return { kind: 'keys', keys: batch };
    },
  };
}

/** Walks the selection while the job changes what it returns; keys that stay for the whole walk are all met. */
function ruleSource(held: HeldPurge, patternOf: (keyText: string) => string): KeySource {
  const maxKeys = Math.floor(held.plan.keyCount * GROWTH_LIMIT);
  const pages = new PagesAhead(held.selection);
  const { onlyPattern } = held.selection;
  // Looked at by the selection already, key by key.
  const isShown = onlyPattern !== undefined && held.patterns.has(onlyPattern);
  const strangerIn = (keys: readonly Buffer[]) =>
    isShown ? undefined : keys.map(formatKey).find((key) => !held.patterns.has(patternOf(key)));
  let waiting: readonly Buffer[] = [];
  let metCount = 0;
  return {
    async next(connection, maxCount) {
      while (waiting.length === 0) {
        const page = await pages.next(connection, maxCount);
        if (page === null) return { kind: 'ended' };
        waiting = page;
      }
      const keys = waiting.slice(0, maxCount);
      const stranger = strangerIn(keys);
      if (stranger !== undefined) {
        const text = `A key of a pattern that the plan did not show has come: ${stranger}.`;
        return { kind: 'left', text };
      }
      metCount += keys.length;
      if (metCount > maxKeys) {
        return { kind: 'left', text: 'There are over 10 % more keys than in the plan.' };
      }
      waiting = waiting.slice(maxCount);
      return { kind: 'keys', keys };
    },
  };
}

/**
 * Pages of a walk, of which the next is asked for as soon as one is handed out: it is read while the keys of that one are changed. One
 * ahead at most, and reading changes nothing, so that a page which failed on its way is asked for again.
 */
class PagesAhead {
  readonly #selection: Selection;
  /** Of the page that comes next; null after the last. */
  #cursor: string | null = '0';
  #ahead: { readonly on: RedisConnection; readonly page: Promise<ScanPage> } | null = null;

  constructor(selection: Selection) {
    this.#selection = selection;
  }

  /** Null after the last. Throws `RedisFault`, and can be asked again. */
  async next(connection: RedisConnection, count: number): Promise<readonly Buffer[] | null> {
    if (this.#cursor === null) return null;
    const ahead = this.#ahead;
    this.#ahead = null;
    // What was asked on a connection that is gone will never come.
    const isOfUse = ahead?.on === connection;
    const page = await (isOfUse ? ahead.page : this.#read(connection, this.#cursor, count));
    this.#cursor = page.cursor;
    if (page.cursor !== null) {
      const next = this.#read(connection, page.cursor, count);
      // Told when its turn comes; a job that ends before never asks.
      next.catch(() => {});
      this.#ahead = { on: connection, page: next };
    }
    return page.elements;
  }

  #read(connection: RedisConnection, cursor: string, count: number): Promise<ScanPage> {
    return this.#selection.readKeys(connection, { cursor, count });
  }
}
