import type { AnnouncedInstancesOptions } from '#server/sources/announced/announcedInstances.ts';

/** Of a server that is started for the first time, and forgets. */
export const noMemory: AnnouncedInstancesOptions['memory'] = { read: () => [], note: () => {} };
