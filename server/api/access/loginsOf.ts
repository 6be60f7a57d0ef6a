import type { Logins } from '#server/access/access.ts';
import { AppError } from '#shared/errorCodes.ts';
import type { ApiParts } from '../apiContext.ts';

/** Throws `AppError` notAllowed on a server without users. */
export function loginsOf({ access }: ApiParts): Logins {
  if (access.logins !== null) return access.logins;
  throw new AppError('notAllowed', 'This server runs without users. Start it with --login to have some.');
}
