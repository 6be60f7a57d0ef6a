import { createHash, randomBytes } from 'node:crypto';
import type { Clock } from '#server/clock/clock.ts';

/** 256 bits: nobody guesses one. */
const TOKEN_BYTES = 32;
/** Since the last request. A page that is open asks all the time; one of a closed laptop does not. */
export const IDLE_LIMIT_MS = 30 * 60_000;
/** Since the login, whatever happens: a shift. */
export const SESSION_LIMIT_MS = 12 * 3_600_000;
/** Of one user: some browsers and a command line. The one unused for longest goes first. */
const MAX_SESSIONS_OF_USER = 10;
const MAX_SESSIONS = 1_000;

export interface Session {
  /** Names the session in plans; lets nobody in. */
  readonly id: string;
  readonly userName: string;
}

interface HeldSession extends Session {
  readonly opened: Moment;
  lastUsed: Moment;
}

interface Moment {
  readonly nowMs: number;
  readonly elapsedMs: number;
}

/**
 * Sessions by the hash of their token, in memory: a restart of the server ends all of them, and no file holds one.
 * The least recently used is first in the map.
 */
export class SessionStore {
  readonly #clock: Clock;
  readonly #sessions = new Map<string, HeldSession>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new session with a token that only the caller has. */
  open(userName: string): { readonly token: string; readonly session: Session } {
    this.#makeRoom(userName);
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const now = this.#now();
    const session = { id: randomBytes(16).toString('hex'), userName, opened: now, lastUsed: now };
    this.#sessions.set(digest(token), session);
    return { token, session };
  }

  /** Null when there is none (any more). Looking is no use. */
  find(token: string): Session | null {
    const key = digest(token);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    if (!this.#isOver(session)) return session;
    this.#sessions.delete(key);
    return null;
  }

  /** As `find`, and keeps the session from idling. */
  use(token: string): Session | null {
    if (this.find(token) === null) return null;
    const key = digest(token);
    const session = this.#sessions.get(key);
    if (session === undefined) return null;
    session.lastUsed = this.#now();
    this.#sessions.delete(key);
    this.#sessions.set(key, session);
    return session;
  }

  end(token: string): void {
    this.#sessions.delete(digest(token));
  }

  endAllOf(userName: string): void {
    for (const [key, session] of this.#sessions) {
      if (session.userName === userName) this.#sessions.delete(key);
    }
  }

  #makeRoom(userName: string): void {
    for (const [key, session] of this.#sessions) if (this.#isOver(session)) this.#sessions.delete(key);
    const ofUser = [...this.#sessions].filter(([, session]) => session.userName === userName);
    const [oldestOfUser] = ofUser;
    if (ofUser.length >= MAX_SESSIONS_OF_USER && oldestOfUser !== undefined)
      this.#sessions.delete(oldestOfUser[0]);
    const [oldest] = this.#sessions.keys();
    if (this.#sessions.size >= MAX_SESSIONS && oldest !== undefined) this.#sessions.delete(oldest);
  }

  #isOver({ opened, lastUsed }: HeldSession): boolean {
    return this.#since(lastUsed) >= IDLE_LIMIT_MS || this.#since(opened) >= SESSION_LIMIT_MS;
  }

  /** By the clock that shows more: one may be set back, the other stands while the machine sleeps. */
  #since(moment: Moment): number {
    const now = this.#now();
    return Math.max(now.nowMs - moment.nowMs, now.elapsedMs - moment.elapsedMs);
  }

  #now(): Moment {
    return { nowMs: this.#clock.nowMs(), elapsedMs: this.#clock.elapsedMs() };
  }
}

function digest(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
