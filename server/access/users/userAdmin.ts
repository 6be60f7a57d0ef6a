import type { Clock } from '#server/clock/clock.ts';
import { normaliseUserName } from '#shared/access/userName.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { UserAdmin } from '../access.ts';
import type { AccessAudit } from '../accessAudit.ts';
import type { PasswordHasher } from '../passwords/passwordHasher.ts';
import type { SessionStore } from '../sessions/sessionStore.ts';
import { checkNew } from './checkNew.ts';
import type { UserStore } from './userStore.ts';

interface UserAdminParts {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly hasher: PasswordHasher;
  readonly audit: AccessAudit;
  readonly clock: Clock;
}

/** What an admin does with users. Each change has its intent in the audit log first, and ends the sessions of the user. */
export function createUserAdmin({ users, sessions, hasher, audit, clock }: UserAdminParts): UserAdmin {
  const change = async (by: string, { user, what }: { user: string; what: string }, act: () => void) => {
    await audit.change({ by, user, what }, () => {
      act();
      sessions.endAllOf(user);
    });
  };
  return {
    list: () =>
      users.list().map(({ name, role, createdAtMs, passwordSetAtMs }) => ({
        name,
        role,
        createdAtMs,
        passwordSetAtMs,
      })),
    async add(user, admin) {
      const name = normaliseUserName(user.name);
      checkNew(name, user.password);
      const passwordHash = await hasher.hash(user.password);
      const nowMs = clock.nowMs();
      await change(admin.name, { user: name, what: `added as ${user.role}` }, () =>
        users.add({ name, role: user.role, passwordHash, createdAtMs: nowMs, passwordSetAtMs: nowMs }),
      );
    },
    async setRole({ name, role }, admin) {
      const before = known(users, name).role;
      if (before === role) return;
      await change(admin.name, { user: name, what: `role ${before} to ${role}` }, () =>
        users.setRole(name, role),
      );
    },
    async setPassword({ name, password }, admin) {
      known(users, name);
      if (name === admin.name)
        throw new AppError(
          'usersUnchanged',
          'Change your own password where you log out; it asks for the old one.',
        );
      checkNew(name, password);
      const passwordHash = await hasher.hash(password);
      await change(admin.name, { user: name, what: 'password set by an admin' }, () =>
        users.setPassword(name, { passwordHash, passwordSetAtMs: clock.nowMs() }),
      );
    },
    async remove(name, admin) {
      known(users, name);
      await change(admin.name, { user: name, what: 'removed' }, () => users.remove(name));
    },
  };
}

function known(users: UserStore, name: string) {
  const user = users.find(name);
  if (user === null) throw new AppError('usersUnchanged', `There is no user ${name}.`);
  return user;
}
