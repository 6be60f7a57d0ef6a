import { PASSWORD_MIN_LENGTH } from '#shared/access/passwordRules.ts';

export const PASSWORD_HINT = `At least ${PASSWORD_MIN_LENGTH} characters. A few words together are easy to keep.`;
