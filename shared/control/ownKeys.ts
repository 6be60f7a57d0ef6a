/**
 * Keys that the library keeps for itself beside entries and tag index: fences, leases, versions, streams. All stand below
 * one reserved segment, so that the sampler and operators can tell them from cached entries. The prefix is the service's.
 */
const OWN_SEGMENT = 'cachescope:';

export function ownKeyName(prefix: string, name: string): string {
  return `${prefix}${OWN_SEGMENT}${name}`;
}

/** True for names that the library keeps for itself, under any prefix. */
export function isOwnKeyName(name: string): boolean {
  return name.startsWith(OWN_SEGMENT) || name.includes(`:${OWN_SEGMENT}`);
}
