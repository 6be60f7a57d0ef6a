import { z } from 'zod';
import { PASSWORD_MAX_LENGTH } from '#shared/access/passwordRules.ts';
import { roles } from '#shared/roles.ts';

/** Bounds only: what a name or a password must be like is said by the access, in words. */
const name = z.string().min(1).max(100);
const password = z.string().min(1).max(PASSWORD_MAX_LENGTH);

export const loginInput = z.object({ name, password }).strict();

export const claimInput = loginInput.extend({ token: z.string().min(1).max(100) }).strict();

export const changePasswordInput = z.object({ current: password, next: password }).strict();

export const userInput = z.object({ name }).strict();

export const addUserInput = loginInput.extend({ role: z.enum(roles) }).strict();

export const setRoleInput = userInput.extend({ role: z.enum(roles) }).strict();
