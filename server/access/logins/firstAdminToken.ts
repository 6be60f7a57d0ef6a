import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';

/** 160 bits, in groups that can be read from a terminal and typed. */
const TOKEN_BYTES = 20;
export const FIRST_ADMIN_TOKEN_LIFE_MS = 30 * 60_000;

/** The way in while there is no admin. Only its hash is kept. */
export interface FirstAdminToken {
  /** In constant time; false once it has expired or was spent. */
  matches(typed: string): boolean;
  spend(): void;
}

/** `text` is to be printed once and then forgotten. */
export function makeFirstAdminToken(clock: Clock): {
  readonly text: string;
  readonly token: FirstAdminToken;
} {
  const text = (randomBytes(TOKEN_BYTES).toString('hex').match(/.{8}/g) ?? []).join('-');
  const expected = digest(text);
  const madeAtMs = clock.nowMs();
  const madeElapsedMs = clock.elapsedMs();
  let isSpent = false;
  const isExpired = () =>
    Math.max(clock.nowMs() - madeAtMs, clock.elapsedMs() - madeElapsedMs) >= FIRST_ADMIN_TOKEN_LIFE_MS;
  const token = {
    matches: (typed: string) => timingSafeEqual(digest(typed), expected) && !isSpent && !isExpired(),
    spend: () => {
      isSpent = true;
    },
  };
  return { text, token };
}

/** Blanks and case are how people copy. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text.trim().toLowerCase()).digest();
}
