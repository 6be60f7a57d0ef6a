import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { formatKey } from '#shared/keyText.ts';
import type { HeldPurge } from './heldPurge.ts';

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
  let cursor: string | null = '0';
  let waiting: Buffer[] = [];
  let metCount = 0;
  return {
    async next(connection, maxCount) {
      while (waiting.length === 0) {
        if (cursor === null) return { kind: 'ended' };
        const page = await held.selection.readKeys(connection, { cursor, count: maxCount });
        cursor = page.cursor;
        waiting = [...page.elements];
      }
      const keys = waiting.slice(0, maxCount);
      const stranger = keys.map(formatKey).find((key) => !held.patterns.has(patternOf(key)));
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
