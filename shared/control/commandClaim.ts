import { type CommandMessage, type ControlCommand, MAX_COMMAND_AGE_MS } from './controlCommand.ts';
import { ownKeyName } from './ownKeys.ts';

/** How long a command counts as done, ms: longer than one can be repeated, with room for clocks that differ. */
export const CLAIM_MS = 5 * MAX_COMMAND_AGE_MS;

const forOne: ReadonlySet<ControlCommand['kind']> = new Set(['warm.preview', 'warm.start', 'entry.verify']);

/** True for what one instance does, whichever claims it first. */
export function isForAnyOne({ to, command }: Pick<CommandMessage, 'to' | 'command'>): boolean {
  return to === null && forOne.has(command.kind);
}

/** Key that whoever does a command sets first; also who sent it, so that nobody does it any more. */
export function claimKey(prefix: string, name: string): string {
  return ownKeyName(prefix, `claim:${name}`);
}
