import { FENCE_LOAD_COMMAND } from '#shared/fence/fenceLibrary.ts';
import { aclWord } from '../acl/aclWord.ts';
import { capabilityOf } from '../capabilities.ts';
import type { FaultKind } from '../redisConnection.ts';

interface FaultWords {
  /** What is the matter. */
  readonly what: string;
  /** What to do, or what we do about it. */
  readonly next: string;
}

const words: Readonly<Record<FaultKind, FaultWords>> = {
  unreachable: {
    what: 'Redis cannot be reached.',
    next: 'Check that it runs and that host, port and TLS setting are right; we try again by ourselves.',
  },
  timeout: {
    what: 'Redis did not answer in time.',
    next: 'It may hang or be overloaded; what was sent may still run. We ask again by ourselves.',
  },
  loading: {
    what: 'Redis is loading its data from disk.',
    next: 'Keys cannot be read until it is done; wait.',
  },
  readOnlyReplica: {
    what: 'This Redis is a read-only replica.',
    next: 'Point Cachescope at the primary to change anything.',
  },
  masterDown: {
    what: 'This replica has lost its primary and serves no stale data.',
    next: 'Check the link to the primary (replica-serve-stale-data is no).',
  },
  outOfMemory: {
    what: 'Redis is at maxmemory and refuses writes.',
    next: 'Removing keys still works: purge what is not needed, or raise maxmemory.',
  },
  busyScript: {
    what: 'Redis is busy with a script and answers nobody.',
    next: 'Wait, or end the script with SCRIPT KILL or FUNCTION KILL from a shell.',
  },
  writesRefused: {
    what: 'Redis refuses writes because it cannot save to disk.',
    next: 'Reads go on. Check its disk and log (stop-writes-on-bgsave-error).',
  },
  tooFewReplicas: {
    what: 'Redis refuses writes because too few replicas are connected.',
    next: 'Check the replicas (min-replicas-to-write).',
  },
  maxClients: {
    what: 'Redis has no free connection (maxclients).',
    next: 'Find the service that leaks connections or raise maxclients; we try again slowly.',
  },
  authentication: {
    what: 'Redis refused the user name or password.',
    next: 'Check the user and password settings; after three tries we ask once a minute.',
  },
  notPermitted: {
    what: 'The Redis user may not do this.',
    next: 'Grant it by ACL SETUSER.',
  },
  keyNotPermitted: {
    what: 'The Redis user may not use this key.',
    next: 'Add a key pattern to its ACL that matches the name.',
  },
  clusterDown: {
    what: 'The cluster is down: some slots are not served.',
    next: 'Check CLUSTER INFO; keys cannot be read until every slot is served.',
  },
  moved: {
    what: 'The key lives on another node of the cluster.',
    next: 'The layout of the cluster has changed; read it again.',
  },
  unknownCommand: {
    what: 'This Redis does not know the command.',
    next: 'Its version or provider does not offer it; the figures that need it stay unknown.',
  },
  unknownFunction: {
    what: 'This Redis does not have the function.',
    next: `Load it: ${FENCE_LOAD_COMMAND}.`,
  },
  expired: {
    what: 'Redis did not begin in time.',
    next: 'So it did nothing.',
  },
  wrongType: {
    what: 'The key holds another type than expected.',
    next: 'Something else writes under this name.',
  },
  other: { what: 'Redis answered with an error.', next: '' },
};

/** With these Redis answers again by itself, or once somebody sees to it: we ask until it does. */
const passing: ReadonlySet<FaultKind> = new Set([
  ...(['unreachable', 'timeout', 'loading', 'masterDown', 'busyScript'] as const),
  ...(['maxClients', 'authentication', 'clusterDown'] as const),
]);

/** What is the matter, for what ends by it; null = what to do matters as much, and `faultText` says both. */
export function passingFaultText(kind: FaultKind): string | null {
  return passing.has(kind) ? words[kind].what : null;
}

/**
 * One or two sentences for an operator: what is the matter and what to do. `command` is the command word; for
 * `notPermitted` and `keyNotPermitted` the ACL word that allows it is named. `serverText` is kept only where nothing better is known.
 */
export function faultText(kind: FaultKind, command: string, serverText = ''): string {
  const { what, next } = words[kind];
  if (kind === 'notPermitted' && command !== '') {
    const capability = capabilityOf(command);
    const missing = capability === null ? '' : ` Missing without it: ${capability.purpose}.`;
    return `The Redis user may not run ${command}.${missing} Add ${aclWord(command)} to its ACL.`;
  }
  if (kind === 'keyNotPermitted' && command !== '') {
    const capability = capabilityOf(command);
    const pattern = capability?.access !== 'write' ? '%R~' : capability.keyGlobs === undefined ? '%W~' : '~';
    return `The Redis user may run ${command}, but not on this key. Add ${pattern} with a pattern of its name to its ACL.`;
  }
  if (kind === 'other') return `${what} ${serverText}`.trim();
  if (kind === 'unknownCommand' && command !== '') return `This Redis does not know ${command}. ${next}`;
  return next === '' ? what : `${what} ${next}`;
}
