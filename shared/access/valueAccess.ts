import { type Role, roleAllows } from '#shared/roles.ts';

/** `switchedOff`: no value is shown on this server; `roleMissing`: not to this person. */
export type ValueAccess = 'allowed' | 'switchedOff' | 'roleMissing';

/** Whether whoever has this role may have values shown, by a server that shows any or none. */
export function valueAccessOf(role: Role, areValuesShown: boolean): ValueAccess {
  if (!roleAllows(role, 'inspector')) return 'roleMissing';
  return areValuesShown ? 'allowed' : 'switchedOff';
}
