import type { Actor, Role } from '#shared/roles.ts';

/** What a request brings to say who it comes from. */
export interface Credentials {
  /** Null = no cookie of ours. */
  readonly sessionToken: string | null;
  /** The browser tab's own random name: it keeps the plans of two tabs apart, is no secret and proves nothing. */
  readonly tabName: string;
}

/**
 * How what a browser sends reaches us: encrypted, from this machine (an SSH tunnel too), or so that whoever is on the way
 * can read it.
 */
export type Way = 'encrypted' | 'thisMachine' | 'readable';

/** Who asks to be let in or to be let go, and how. */
export interface Caller {
  readonly sessionToken: string | null;
  /** Of the other end of the connection; behind a proxy, the proxy's. */
  readonly address: string;
  readonly way: Way;
}

/** After a login: who, and the token that the browser is to bring from now on. */
export interface Entered {
  readonly name: string;
  readonly role: Role;
  readonly sessionToken: string;
}

/** A user as an admin sees them. */
export interface UserView {
  readonly name: string;
  readonly role: Role;
  readonly createdAtMs: number;
  readonly passwordSetAtMs: number;
}

/** Everything throws `AppError` usersUnchanged, tooManyLogins or auditUnavailable when nothing was changed. */
export interface UserAdmin {
  list(): readonly UserView[];
  add(user: { name: string; role: Role; password: string }, admin: Actor): Promise<void>;
  /** Ends the user's sessions, as do the two below. */
  setRole(change: { name: string; role: Role }, admin: Actor): Promise<void>;
  setPassword(change: { name: string; password: string }, admin: Actor): Promise<void>;
  remove(name: string, admin: Actor): Promise<void>;
}

/** The door of a server that has users. Everything throws `AppError` loginRefused, tooManyLogins or usersUnchanged. */
export interface Logins {
  /** Differs from that of other servers on the same host name. */
  readonly cookieName: string;
  /** True when passwords may come by a `readable` way. */
  readonly isPlainHttpAccepted: boolean;
  isFirstAdminMissing(): boolean;
  login(input: { name: string; password: string }, caller: Caller): Promise<Entered>;
  claimFirstAdmin(input: { token: string; name: string; password: string }, caller: Caller): Promise<Entered>;
  logout(actor: Actor, caller: Caller): Promise<void>;
  /** Ends every session of the actor, this one too. */
  logoutEverywhere(actor: Actor): Promise<void>;
  /** Ends every session of the actor and opens a new one for the caller. */
  changePassword(
    input: { current: string; next: string },
    by: { actor: Actor; caller: Caller },
  ): Promise<Entered>;
  readonly users: UserAdmin;
}

export interface Access {
  /** Null = nobody: only public procedures may be called. Keeps the session from idling. */
  identify(credentials: Credentials): Actor | null;
  /** The same as it is now, and is no use of the session: for what is open for long. */
  recheck(credentials: Credentials): Actor | null;
  /** Null = a server without a login. */
  readonly logins: Logins | null;
}
