import { AppError } from './errorCodes.ts';

/** From least to most; each role may do what those before it may. */
export const roles = ['viewer', 'inspector', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export function roleAllows(held: Role, needed: Role): boolean {
  return roles.indexOf(held) >= roles.indexOf(needed);
}

/** Who acts. `local` is everybody on this machine, as long as the server listens on loopback only. */
export interface Actor {
  readonly name: string;
  readonly role: Role;
  /** Plans are bound to it: a plan made in one session cannot be started in another. */
  readonly sessionId: string;
}

/** Throws `AppError` notAllowed when the actor's role does not reach to `needed`. */
export function requireRole(actor: Actor, needed: Role): void {
  if (roleAllows(actor.role, needed)) return;
  throw new AppError('notAllowed', `This needs the role ${needed}; you are ${actor.role}.`);
}
