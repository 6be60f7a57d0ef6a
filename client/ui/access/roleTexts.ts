import type { Role } from '#shared/roles.ts';

/** What each role may do, after "may". */
export const roleTexts: Record<Role, string> = {
  viewer: 'see everything but values',
  inspector: 'see everything and have values looked at',
  operator: 'also purge and measure',
  admin: 'do everything, and say who else may',
};
