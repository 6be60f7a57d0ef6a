/**
 * Commands over the port of a service, for when Redis is the thing that is down: one POST to `controlUrl` with a `CommandMessage` as
 * its body, answered by one `ControlAnswer`. Both are signed in the header, with the same secret; without one there is no such port.
 */
import type { ControlCommand } from './controlCommand.ts';

/** Of both bodies. Of its own, so that no browser sends it across origins unasked, and no parser of the service takes it. */
export const COMMAND_MEDIA_TYPE = 'application/vnd.cachescope.command+json';

/** Header of both: what `signCommand` gives. */
export const SIGNATURE_HEADER = 'x-cachescope-signature';

/** Longest command, bytes. */
export const MAX_COMMAND_BYTES = 16_384;

/** Longest answer, bytes: a snapshot of 1,000 patterns has some 150 KB. */
export const MAX_ANSWER_BYTES = 1_048_576;

/** What a command to an instance is signed for; `snapshotKey` is the instance's `instanceSnapshotKey`. */
export function commandWay(snapshotKey: string): string {
  return `http ${snapshotKey}`;
}

/** What its answer is signed for. */
export function answerWay(snapshotKey: string): string {
  return `http answer ${snapshotKey}`;
}

/** Whether a command is done without Redis, and by the instance that hears it: only such are taken over HTTP. */
export function isDoneWithoutRedis({ kind }: ControlCommand): boolean {
  switch (kind) {
    case 'ping':
    case 'state.read':
    case 'warm.cancel':
    case 'breaker.force':
      return true;
    case 'warm.preview':
    case 'warm.start':
    case 'entry.verify':
      return false;
  }
}
