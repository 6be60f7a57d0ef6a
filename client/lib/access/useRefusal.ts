import { type Role, roleAllows } from '#shared/roles.ts';
import { useUser } from './accessContext.ts';

/**
 * Why whoever has logged in may not do what needs this role, for the title of the switched-off control; null when they may.
 * The server decides by itself; this only says so before the click.
 */
export function useRefusal(needed: Role): string | null {
  const user = useUser();
  if (user === null || roleAllows(user.role, needed)) return null;
  return `This needs the role ${needed}; you are ${user.role}.`;
}
