import { argon2 } from 'node:crypto';
import { join } from 'node:path';
import type { AuditLog } from '#server/audit/auditLog.ts';
import type { Clock } from '#server/clock/clock.ts';
import type { Actor } from '#shared/roles.ts';
import type { Access, Credentials } from './access.ts';
import { AccessAudit } from './accessAudit.ts';
import { localAccess } from './localActor.ts';
import { createLogins } from './logins/createLogins.ts';
import { makeFirstAdminToken } from './logins/firstAdminToken.ts';
import { createPasswordHasher, type PasswordHasher } from './passwords/passwordHasher.ts';
import { type Session, SessionStore } from './sessions/sessionStore.ts';
import { checkedTabName } from './tabName.ts';
import { UserStore } from './users/userStore.ts';

interface AccessSurroundings {
  /** The data directory. */
  readonly directory: string;
  readonly audit: AuditLog;
  readonly environment: string;
  /** Whether a login was asked for; where users exist, it is needed anyway. */
  readonly isLoginWanted: boolean;
  readonly isPlainHttpAccepted: boolean;
  readonly clock: Clock;
  readonly log: (line: string) => void;
  readonly hasher?: PasswordHasher;
}

export interface OpenedAccess {
  readonly access: Access;
  /** To be printed once, for the person who starts the server; null = there is an admin, or no login. */
  readonly firstAdminToken: string | null;
}

/** Who may come in. Throws when the file of users is damaged: a server that has lost its users must not be open to all. */
export function openAccess(around: AccessSurroundings): OpenedAccess {
  const path = join(around.directory, 'users.json');
  const users = new UserStore(path);
  if (!around.isLoginWanted) {
    if (users.list().length === 0) return { access: localAccess, firstAdminToken: null };
    around.log(`There are users in ${path}, so a login is needed; move the file away to go without.`);
  }
  if (typeof argon2 !== 'function')
    throw new Error('This Node cannot hash passwords by Argon2id; it needs OpenSSL 3.2 or later.');
  const { clock, audit, environment, log, isPlainHttpAccepted } = around;
  const made = users.hasAdmin() ? null : makeFirstAdminToken(clock);
  const sessions = new SessionStore(clock);
  const logins = createLogins({
    users,
    sessions,
    hasher: around.hasher ?? createPasswordHasher(),
    audit: new AccessAudit({ audit, environment, elapsedMs: () => clock.elapsedMs(), log }),
    firstAdmin: made?.token ?? null,
    clock,
    isPlainHttpAccepted,
  });
  // The role is that of now, not that of the login.
  const actorOf = (session: Session | null, { tabName }: Credentials): Actor | null => {
    const user = session === null ? null : users.find(session.userName);
    if (session === null || user === null) return null;
    return { name: user.name, role: user.role, sessionId: `${session.id}.${checkedTabName(tabName)}` };
  };
  const access: Access = {
    identify: (brought) =>
      actorOf(brought.sessionToken === null ? null : sessions.use(brought.sessionToken), brought),
    recheck: (brought) =>
      actorOf(brought.sessionToken === null ? null : sessions.find(brought.sessionToken), brought),
    logins,
  };
  return { access, firstAdminToken: made?.text ?? null };
}
