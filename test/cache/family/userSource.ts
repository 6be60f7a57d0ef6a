import type { Cluster, Redis } from 'ioredis';
import { type Cache, type CacheOptions, type Family, type FamilyOptions, family } from '#cache/cache.ts';
import { openShop } from './openShop.ts';

export interface User {
  readonly id: number;
  readonly email: string | null;
  readonly name: string;
}

/** What the tests take for a database: rows by id, each read and write counted, and failing when told to. */
export class UserSource {
  readonly rows = new Map<number, User>();
  readonly reads: string[] = [];
  readonly writes: User[] = [];
  failure: Error | null = null;

  async byId(id: number): Promise<User | undefined> {
    this.reads.push(`id ${id}`);
    if (this.failure !== null) throw this.failure;
    return this.rows.get(id);
  }

  async byEmail(email: string): Promise<User | undefined> {
    this.reads.push(`email ${email}`);
    if (this.failure !== null) throw this.failure;
    return [...this.rows.values()].find((user) => user.email === email);
  }

  async write(user: User): Promise<void> {
    if (this.failure !== null) throw this.failure;
    this.writes.push(user);
    this.rows.set(user.id, user);
  }
}

type EmailKeys = { readonly byEmail: 'user-by-email:{email}' };
export type UserFamilies = { readonly user: Family<'user:{id}', User | undefined, EmailKeys> };

export function userFamily(
  source: UserSource,
  options: Partial<FamilyOptions<'user:{id}', User | undefined, EmailKeys>> = {},
): Family<'user:{id}', User | undefined, EmailKeys> {
  return family({
    key: 'user:{id}',
    ttlSeconds: 60,
    load: ({ id }) => source.byId(Number(id)),
    write: async (_, user) => {
      if (user !== undefined) await source.write(user);
    },
    primaryFields: ({ id }) => ({ id }),
    lookups: {
      byEmail: {
        key: 'user-by-email:{email}',
        fieldsOf: ({ email }) => (email === null ? null : { email }),
        load: ({ email }) => source.byEmail(String(email)),
      },
    },
    ...options,
  });
}

export function userCache(
  redis: Redis | Cluster,
  source: UserSource,
  options: Partial<CacheOptions<UserFamilies>> = {},
): Cache<UserFamilies> {
  return openShop(redis, { user: userFamily(source) }, options);
}

export function userOf(id: number, email: string | null, name = `user ${id}`): User {
  return { id, email, name };
}
