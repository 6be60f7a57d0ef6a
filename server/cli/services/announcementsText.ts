import type { AnnouncementsState } from '#shared/services/announcementsState.ts';

/** Why services may be missing from a list; empty when none should be. */
export function announcementsText({ state, detail }: AnnouncementsState): string {
  if (state === 'failing') return `Announcements in Redis cannot be read: ${detail}`;
  return state === 'pending' ? 'The announcements in Redis have not been read yet.' : '';
}
