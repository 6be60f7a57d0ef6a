import type { Clock } from '#server/clock/clock.ts';
import { normaliseUserName } from '#shared/access/userName.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { Actor } from '#shared/roles.ts';
import type { Caller, Entered, Logins } from '../access.ts';
import type { AccessAudit } from '../accessAudit.ts';
import type { PasswordHasher } from '../passwords/passwordHasher.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { checkNew } from '../users/checkNew.ts';
import type { User } from '../users/user.ts';
import { createUserAdmin } from '../users/userAdmin.ts';
import type { UserStore } from '../users/userStore.ts';
import type { FirstAdminToken } from './firstAdminToken.ts';
import { createLoginLimit, type LoginLimit } from './loginLimit.ts';

/** In the audit log, for a name that nobody has: what was typed there may be a password. */
const NOBODY = 'nobody';
const FIRST_ADMIN = 'first admin';
const CHANGED_MEANWHILE = 'This user was changed meanwhile. Log in again.';

export interface LoginParts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly audit: AccessAudit;
  /** Null = there is an admin. */
  readonly firstAdmin: FirstAdminToken | null;
  readonly clock: Clock;
  readonly isPlainHttpAccepted: boolean;
}

export function createLogins(parts: LoginParts): Logins {
  const { users, isPlainHttpAccepted } = parts;
  const door = new Door(parts);
  return {
    cookieName: `cachescope-${users.instance}`,
    isPlainHttpAccepted,
    isFirstAdminMissing: () => !users.hasAdmin(),
    login: (input, caller) => door.login(input, caller),
    claimFirstAdmin: (input, caller) => door.claimFirstAdmin(input, caller),
    logout: (actor, caller) => door.logout(actor, caller),
    logoutEverywhere: (actor) => door.logoutEverywhere(actor),
    changePassword: (input, by) => door.changePassword(input, by),
    users: createUserAdmin(parts),
  };
}

class Door {
  readonly #parts: LoginParts;
  readonly #limit: LoginLimit;

  constructor(parts: LoginParts) {
    this.#parts = parts;
    this.#limit = createLoginLimit(() => parts.clock.elapsedMs());
  }

  async login(input: { name: string; password: string }, caller: Caller): Promise<Entered> {
    this.#checkWay(caller);
    const name = normaliseUserName(input.name);
    const user = await this.#verify({ name, password: input.password }, caller);
    const entered = await this.#enter(user, caller, 'logged in');
    await this.#refresh(user, input.password);
    return entered;
  }

  async claimFirstAdmin(
    input: { token: string; name: string; password: string },
    caller: Caller,
  ): Promise<Entered> {
    this.#checkWay(caller);
    const { users, firstAdmin, hasher, audit, clock } = this.#parts;
    const name = normaliseUserName(input.name);
    const attempt = { name: `${FIRST_ADMIN} ${caller.address}`, address: caller.address };
    await this.#takeTry(attempt, FIRST_ADMIN);
    if (users.hasAdmin() || firstAdmin?.matches(input.token) !== true) {
      await audit.refused(FIRST_ADMIN, `A token for the first admin from ${caller.address} was not valid.`);
      throw new AppError('loginRefused', this.#wrongTokenText());
    }
    checkNew(name, input.password);
    const passwordHash = await hasher.hash(input.password);
    const nowMs = clock.nowMs();
    const user: User = { name, role: 'admin', passwordHash, createdAtMs: nowMs, passwordSetAtMs: nowMs };
    await audit.change({ by: FIRST_ADMIN, user: name, what: 'added as admin by the first token' }, () => {
      // Another claim may have come while this one was hashed.
      if (!firstAdmin.matches(input.token)) throw new AppError('loginRefused', this.#wrongTokenText());
      users.add(user);
      firstAdmin.spend();
    });
    this.#limit.giveBack(attempt);
    return this.#enter(user, caller, 'logged in');
  }

  async logout(actor: Actor, caller: Caller): Promise<void> {
    if (caller.sessionToken !== null) this.#parts.sessions.end(caller.sessionToken);
    await this.#parts.audit.left(actor.name, 'logged out');
  }

  async logoutEverywhere(actor: Actor): Promise<void> {
    this.#parts.sessions.endAllOf(actor.name);
    await this.#parts.audit.left(actor.name, 'logged out everywhere');
  }

  async changePassword(
    input: { current: string; next: string },
    { actor, caller }: { actor: Actor; caller: Caller },
  ): Promise<Entered> {
    this.#checkWay(caller);
    const { users, hasher, audit, sessions, clock } = this.#parts;
    const { name } = actor;
    const before = await this.#verify({ name, password: input.current }, caller);
    checkNew(name, input.next);
    const passwordHash = await hasher.hash(input.next);
    await audit.change({ by: name, user: name, what: 'password changed' }, () => {
      if (users.find(name) !== before) throw new AppError('usersUnchanged', CHANGED_MEANWHILE);
      users.setPassword(name, { passwordHash, passwordSetAtMs: clock.nowMs() });
      sessions.endAllOf(name);
    });
    const user = users.find(name);
    if (user === null) throw new AppError('loginRefused', CHANGED_MEANWHILE);
    return this.#enter(user, caller, 'logged in again with the new password');
  }

  /** The user, if the password is theirs. Costs the same and says the same whether the name or the password is wrong. */
  async #verify({ name, password }: { name: string; password: string }, caller: Caller): Promise<User> {
    const { users, hasher, audit } = this.#parts;
    const user = users.find(name);
    const shown = user?.name ?? NOBODY;
    const attempt = { name, address: caller.address };
    await this.#takeTry(attempt, shown);
    const isRight = await hasher.verify(password, user?.passwordHash ?? null);
    if (!isRight || user === null) {
      await audit.refused(shown, `A login from ${caller.address} had a wrong name or password.`);
      throw new AppError('loginRefused', 'The name or the password is wrong.');
    }
    this.#limit.giveBack(attempt);
    return user;
  }

  async #takeTry(attempt: { name: string; address: string }, shown: string): Promise<void> {
    const refusal = this.#limit.take(attempt);
    if (refusal === null) return;
    const seconds = Math.max(1, Math.ceil(refusal.waitMs / 1_000));
    const what = refusal.of === 'name' ? 'with this name' : 'from this address';
    await this.#parts.audit.refused(shown, `Too many failed logins ${what} (${attempt.address}).`);
    throw new AppError('tooManyLogins', `Too many failed logins ${what}. Try again in ${seconds} s.`);
  }

  /** A hash made at an older cost is made anew; if that cannot be done now, the next login tries again. */
  async #refresh(user: User, password: string): Promise<void> {
    const { users, hasher } = this.#parts;
    if (!hasher.isOutdated(user.passwordHash)) return;
    try {
      const passwordHash = await hasher.hash(password);
      if (users.find(user.name)?.passwordHash !== user.passwordHash) return;
      users.setPassword(user.name, { passwordHash, passwordSetAtMs: user.passwordSetAtMs });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
    }
  }

  /** A new session with a token of ours, whatever the browser brought: nobody can have fixed it before. */
  async #enter(user: User, caller: Caller, how: string): Promise<Entered> {
    const { users, sessions, audit } = this.#parts;
    const { name, role } = user;
    // Removed, or given another password, while the one that was typed was hashed: its sessions were ended just now.
    if (users.find(name) !== user) throw new AppError('loginRefused', CHANGED_MEANWHILE);
    if (caller.sessionToken !== null) sessions.end(caller.sessionToken);
    const { token } = sessions.open(name);
    await audit.entered(name, `${how} from ${caller.address}`);
    return { name, role, sessionToken: token };
  }

  #checkWay({ way }: Caller): void {
    if (way !== 'readable' || this.#parts.isPlainHttpAccepted) return;
    throw new AppError(
      'loginRefused',
      'Passwords are not accepted over plain HTTP from another machine, since they could be read on the way. Reach this server by https or by an SSH tunnel.',
    );
  }

  #wrongTokenText(): string {
    if (this.#parts.users.hasAdmin()) return 'There is an admin already; log in, or ask them for a user.';
    return 'This token is not valid. It is printed when the server starts, works once and for 30 minutes; start the server again for a new one.';
  }
}
