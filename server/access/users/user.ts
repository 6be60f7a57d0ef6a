import { z } from 'zod';
import { userNameProblem } from '#shared/access/userName.ts';
import { type Role, roles } from '#shared/roles.ts';
import { parsePhc } from '../passwords/phcText.ts';

/** Somebody who may log in, as the file keeps them. */
export interface User {
  readonly name: string;
  readonly role: Role;
  /** PHC text; never leaves `server/access`. */
  readonly passwordHash: string;
  readonly createdAtMs: number;
  readonly passwordSetAtMs: number;
}

export interface UserFile {
  readonly format: 1;
  /** Random; makes the name of the cookie, since cookies of a host are shared by all its ports. */
  readonly instance: string;
  readonly users: readonly User[];
}

const userSchema: z.ZodType<User> = z.strictObject({
  name: z.string().refine((name) => userNameProblem(name) === null, 'is no name of a user'),
  role: z.enum(roles),
  passwordHash: z.string().refine((text) => parsePhc(text) !== null, 'is no Argon2id hash'),
  createdAtMs: z.number(),
  passwordSetAtMs: z.number(),
});

export const userFileSchema: z.ZodType<UserFile> = z.strictObject({
  format: z.literal(1),
  instance: z.string().regex(/^[0-9a-f]{8}$/),
  users: z
    .array(userSchema)
    .max(1_000)
    .refine((users) => new Set(users.map(({ name }) => name)).size === users.length, 'names a user twice'),
});
