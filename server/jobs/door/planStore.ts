import { createHash } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';
import { PLAN_LIFETIME_MS } from '#shared/acting/plan.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { Actor } from '#shared/roles.ts';
import type { TargetId } from '#shared/target.ts';
import type { RandomBytes } from '../drawRandom.ts';
import type { HeldPlan } from './heldPlan.ts';

/** 256 bits: nobody guesses one. */
const TOKEN_BYTES = 32;
/** Plans that wait to be started. Each may hold 10,000 key names, so the oldest go first. */
const MAX_OPEN_PLANS = 32;
/** Tokens remembered after use or expiry, to say which of both it was. */
const MAX_SPENT_TOKENS = 1_000;

interface OpenPlan {
  readonly held: HeldPlan;
  readonly actorName: string;
  readonly sessionId: string;
}

/** Plans by their tokens: single use, five minutes, for the same actor, session and target. Tokens are kept as hashes. */
export class PlanStore {
  readonly #clock: Clock;
  readonly #random: RandomBytes;
  readonly #open = new Map<string, OpenPlan>();
  readonly #spent = new Map<string, 'used' | 'expired' | 'dropped'>();

  constructor(parts: { clock: Clock; random: RandomBytes }) {
    this.#clock = parts.clock;
    this.#random = parts.random;
  }

  newToken(): string {
    return this.#random(TOKEN_BYTES).toString('base64url');
  }

  hold(held: HeldPlan, actor: Actor): void {
    this.#expire();
    this.#open.set(digest(held.plan.token), { held, actorName: actor.name, sessionId: actor.sessionId });
    const [oldest] = this.#open.keys();
    if (this.#open.size > MAX_OPEN_PLANS && oldest !== undefined) this.#close(oldest, 'dropped');
  }

  /** The plan of a token, unspent. Throws `AppError` planUnknown, planUsed or planExpired. */
  find(token: string, asker: { readonly actor: Actor; readonly targetId: TargetId }): HeldPlan {
    this.#expire();
    const key = digest(token);
    const open = this.#open.get(key);
    if (open === undefined) throw this.#missing(key);
    const isSame =
      open.actorName === asker.actor.name &&
      open.sessionId === asker.actor.sessionId &&
      open.held.plan.targetId === asker.targetId;
    if (!isSame) {
      const text =
        'This plan was made by someone else, in another session or for another Redis. Make your own.';
      throw new AppError('planUnknown', text);
    }
    return open.held;
  }

  /** From here on the token starts nothing. */
  spend(token: string): void {
    this.#close(digest(token), 'used');
  }

  #missing(key: string): AppError {
    switch (this.#spent.get(key)) {
      case 'used':
        return new AppError('planUsed', 'This plan was started before. A plan runs once: make a new one.');
      case 'expired':
        return new AppError(
          'planExpired',
          'This plan is older than 5 minutes. Make a new one and look again.',
        );
      case 'dropped':
        return new AppError('planExpired', 'Too many newer plans were made since this one. Make a new one.');
      case undefined:
        return new AppError('planUnknown', 'The running server does not know this plan. Make a new one.');
    }
  }

  #expire(): void {
    const nowMs = this.#clock.nowMs();
    for (const [key, { held }] of this.#open) {
      // A clock that was set back must not make a plan live longer.
      const isOver = nowMs >= held.plan.expiresAtMs || nowMs < held.plan.expiresAtMs - PLAN_LIFETIME_MS;
      if (isOver) this.#close(key, 'expired');
    }
  }

  #close(key: string, how: 'used' | 'expired' | 'dropped'): void {
    if (!this.#open.delete(key)) return;
    this.#spent.set(key, how);
    const [oldest] = this.#spent.keys();
    if (this.#spent.size > MAX_SPENT_TOKENS && oldest !== undefined) this.#spent.delete(oldest);
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
