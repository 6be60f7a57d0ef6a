import type { ConnectionState } from '#shared/snapshot.ts';
import type { FaultKind, RedisFault } from './redisConnection.ts';

/** Faults of the node as a whole. The others (denied, unknown command, wrong type) are matters of one command or key. */
const nodeFaults: ReadonlySet<FaultKind> = new Set([
  'loading',
  'masterDown',
  'busyScript',
  'writesRefused',
  'authentication',
  'maxClients',
  'clusterDown',
]);

export interface ConnectionStatus {
  current(): ConnectionState;
  onChange(listener: (state: ConnectionState) => void): () => void;
  /** A command was answered without an error. */
  answered(command: string): void;
  /** A command failed. */
  faulted(fault: RedisFault): void;
  /** The connection is lost or was not made. */
  lost(fault: RedisFault): void;
}

/** How a connection stands, from what became of its commands. */
export function openConnectionStatus(nowMs: () => number): ConnectionStatus {
  let current: ConnectionState = {
    state: 'connecting',
    sinceMs: nowMs(),
    detail: 'Connecting to Redis.',
    lastReadAtMs: null,
  };
  // The state ends when the same command succeeds: INFO answers under LOADING, so its success proves nothing about keys.
  let degradedBy: string | null = null;
  const listeners = new Set<(state: ConnectionState) => void>();

  function become(state: ConnectionState['state'], detail: string): void {
    if (state === current.state && detail === current.detail) return;
    const sinceMs = state === current.state ? current.sinceMs : nowMs();
    current = { ...current, state, sinceMs, detail };
    for (const listener of listeners) listener(current);
  }

  return {
    current: () => current,
    onChange(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    answered(command) {
      current = { ...current, lastReadAtMs: nowMs() };
      if (current.state === 'degraded' && degradedBy !== command) return;
      degradedBy = null;
      become('connected', '');
    },
    faulted(fault) {
      if (fault.isOutcomeUnknown) return become('unreachable', fault.message);
      if (!nodeFaults.has(fault.kind)) return;
      degradedBy = fault.command;
      become('degraded', fault.message);
    },
    lost(fault) {
      degradedBy = null;
      become('unreachable', fault.message);
    },
  };
}
