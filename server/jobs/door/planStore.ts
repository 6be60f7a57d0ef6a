import { createHash } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';
import { AppError, type ErrorCode } from '#shared/errorCodes.ts';
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
  readonly heldAtElapsedMs: number;
}

/** Why a token starts nothing any more. */
interface Ending {
  readonly code: ErrorCode;
  readonly text: string;
}

const USED: Ending = {
  code: 'planUsed',
  text: 'This plan was started before. A plan runs once: make a new one.',
};
const CROWDED_OUT: Ending = {
  code: 'planExpired',
  text: 'Too many newer plans were made since this one. Make a new one.',
};

interface PlanStoreParts {
  readonly clock: Clock;
  readonly random: RandomBytes;
  /** True of a plan that newer ones may not crowd out: people are at it. */
  readonly isAwaited: (planId: string) => boolean;
  /** Told of each plan that can no longer be started, and whether that is because it was. */
  readonly onGone: (planId: string, how: 'used' | 'expired') => void;
}

/** Plans by their tokens: single use, for as long as each says, for the same actor, session and target. Tokens are kept as hashes. */
export class PlanStore {
  readonly #parts: PlanStoreParts;
  readonly #open = new Map<string, OpenPlan>();
  readonly #spent = new Map<string, Ending>();

  constructor(parts: PlanStoreParts) {
    this.#parts = parts;
  }

  newToken(): string {
    return this.#parts.random(TOKEN_BYTES).toString('base64url');
  }

  hold(held: HeldPlan, actor: Actor): void {
    this.expire();
    const { name: actorName, sessionId } = actor;
    const heldAtElapsedMs = this.#parts.clock.elapsedMs();
    this.#open.set(digest(held.plan.token), { held, actorName, sessionId, heldAtElapsedMs });
    if (this.#open.size <= MAX_OPEN_PLANS) return;
    for (const [key, open] of this.#open) {
      if (this.#parts.isAwaited(open.held.plan.id)) continue;
      this.#close(key, CROWDED_OUT);
      return;
    }
  }

  /** The plan of a token, unspent. Throws `AppError` planUnknown, planUsed or planExpired. */
  find(token: string, asker: { readonly actor: Actor; readonly targetId: TargetId }): HeldPlan {
    this.expire();
    const key = digest(token);
    const open = this.#open.get(key);
    if (open === undefined) throw this.#missing(key);
    if (isOf(open, asker.actor) && open.held.plan.targetId === asker.targetId) return open.held;
    const text =
      'This plan was made by someone else, in another session or for another Redis. Make your own.';
    throw new AppError('planUnknown', text);
  }

  /** Whether this actor made the plan in this session, so that they may have its token again. */
  isOwn(held: HeldPlan, actor: Actor): boolean {
    const open = this.#open.get(digest(held.plan.token));
    return open !== undefined && isOf(open, actor);
  }

  /** From here on the token starts nothing. */
  spend(token: string): void {
    this.#close(digest(token), USED);
  }

  /** The same, because people have decided so; `text` tells whoever tries. */
  drop(token: string, text: string): void {
    this.#close(digest(token), { code: 'planExpired', text });
  }

  /** Lets go of what is too old; called before each look. */
  expire(): void {
    const nowMs = this.#parts.clock.nowMs();
    const elapsedMs = this.#parts.clock.elapsedMs();
    for (const [key, { held, heldAtElapsedMs }] of this.#open) {
      const { createdAtMs, expiresAtMs } = held.plan;
      const lifetimeMs = expiresAtMs - createdAtMs;
      // A clock that was set back must not make a plan live longer.
      const isOver = nowMs >= expiresAtMs || nowMs < createdAtMs || elapsedMs - heldAtElapsedMs >= lifetimeMs;
      if (!isOver) continue;
      const minutes = Math.max(1, Math.round(lifetimeMs / 60_000));
      const text = `This plan is older than ${minutes} minutes. Make a new one and look again.`;
      this.#close(key, { code: 'planExpired', text });
    }
  }

  #missing(key: string): AppError {
    const { code, text } = this.#spent.get(key) ?? {
      code: 'planUnknown',
      text: 'The running server does not know this plan. Make a new one.',
    };
    return new AppError(code, text);
  }

  #close(key: string, ending: Ending): void {
    const open = this.#open.get(key);
    if (open === undefined) return;
    this.#open.delete(key);
    this.#spent.set(key, ending);
    const [oldest] = this.#spent.keys();
    if (this.#spent.size > MAX_SPENT_TOKENS && oldest !== undefined) this.#spent.delete(oldest);
    this.#parts.onGone(open.held.plan.id, ending === USED ? 'used' : 'expired');
  }
}

function isOf({ actorName, sessionId }: OpenPlan, actor: Actor): boolean {
  return actorName === actor.name && sessionId === actor.sessionId;
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
