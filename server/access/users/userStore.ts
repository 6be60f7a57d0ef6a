import { randomBytes } from 'node:crypto';
import { AppError } from '#shared/errorCodes.ts';
import type { Role } from '#shared/roles.ts';
import type { User, UserFile } from './user.ts';
import { readUserFile, writeUserFile } from './userFile.ts';

/**
 * The users of this server, kept in one file. A change is on disk before it returns, and happens within one turn, so that
 * two of them cannot both remove the last admin. Throws `AppError` usersUnchanged when it may not be or cannot be written.
 */
export class UserStore {
  readonly #path: string;
  #file: UserFile;

  /** Throws when the file is there and damaged. */
  constructor(path: string) {
    this.#path = path;
    this.#file = readUserFile(path) ?? { format: 1, instance: randomBytes(4).toString('hex'), users: [] };
  }

  get instance(): string {
    return this.#file.instance;
  }

  list(): readonly User[] {
    return this.#file.users;
  }

  find(name: string): User | null {
    return this.#file.users.find((user) => user.name === name) ?? null;
  }

  hasAdmin(): boolean {
    return hasAdmin(this.#file.users);
  }

  add(user: User): void {
    if (this.find(user.name) !== null) throw unchanged(`There is a user ${user.name} already.`);
    this.#write([...this.#file.users, user]);
  }

  setRole(name: string, role: Role): void {
    this.#replace(name, (user) => ({ ...user, role }));
  }

  setPassword(name: string, password: Pick<User, 'passwordHash' | 'passwordSetAtMs'>): void {
    this.#replace(name, (user) => ({ ...user, ...password }));
  }

  remove(name: string): void {
    this.#known(name);
    this.#write(this.#file.users.filter((user) => user.name !== name));
  }

  #replace(name: string, change: (user: User) => User): void {
    const known = this.#known(name);
    this.#write(this.#file.users.map((user) => (user === known ? change(user) : user)));
  }

  #known(name: string): User {
    const user = this.find(name);
    if (user === null) throw unchanged(`There is no user ${name}.`);
    return user;
  }

  #write(users: readonly User[]): void {
    if (this.hasAdmin() && !hasAdmin(users))
      throw unchanged('This is the last admin; make another user admin first.');
    const file = { ...this.#file, users };
    try {
      writeUserFile(this.#path, file);
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause);
      throw new AppError('usersUnchanged', `The file of users cannot be written: ${why}`, { cause });
    }
    this.#file = file;
  }
}

function hasAdmin(users: readonly User[]): boolean {
  return users.some(({ role }) => role === 'admin');
}

function unchanged(text: string): AppError {
  return new AppError('usersUnchanged', text);
}
