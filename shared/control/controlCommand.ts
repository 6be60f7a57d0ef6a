import { type MessagePart, parseMessage } from './messagePart.ts';
import { ownKeyName } from './ownKeys.ts';

/** `auto` takes a force back: the breaker begins anew, closed. */
export const breakerForces = ['open', 'closed', 'auto'] as const;

/**
 * What an instance can be told to do. `ping` and `warm.cancel` are for all who hear them, `warm.preview`, `warm.start` and
 * `entry.verify` are done by one of them; `breaker.force` and `state.read` must name their instance.
 */
export type ControlCommand =
  | { readonly kind: 'ping' }
  /** Say what a run would do, without loading anything. */
  | { readonly kind: 'warm.preview'; readonly warmer: string }
  /** `perSecond`: in place of the warmer's own rate, loads/s; null = that. */
  | { readonly kind: 'warm.start'; readonly warmer: string; readonly perSecond: number | null }
  | { readonly kind: 'warm.cancel'; readonly warmer: string }
  | { readonly kind: 'breaker.force'; readonly state: (typeof breakerForces)[number] }
  /** Say what the instance announces of itself, for who cannot read that in Redis. */
  | { readonly kind: 'state.read' }
  /** Compare an entry with its source, which is asked once or twice; `key` is its whole name in Redis. */
  | { readonly kind: 'entry.verify'; readonly key: string };

/** A command on its way: JSON in the field `body` of an entry of the stream `commandsKey`. */
export interface CommandMessage {
  /** Version of this format. */
  readonly v: 1;
  /** Of this one wish, at most 100 characters; a second message with it is not done again. */
  readonly id: string;
  /** Name of the instance that is meant; null = the service. */
  readonly to: string | null;
  /** When it was given, epoch ms. */
  readonly atMs: number;
  readonly command: ControlCommand;
}

/** What was read of a message. `unsupported`: it is of a later version or kind, and can only be answered. */
export type ParsedCommand =
  | { readonly state: 'known'; readonly message: CommandMessage }
  | { readonly state: 'unsupported'; readonly message: Pick<CommandMessage, 'id' | 'to' | 'atMs'> };

/** A command older than this is refused, ms; so is one as far ahead. It bounds what can be repeated by who has read it. */
export const MAX_COMMAND_AGE_MS = 60_000;

/** Length to which the sender trims the stream of commands, and instances that of answers. */
export const MAX_CONTROL_ENTRIES = 1_000;

const MAX_ID_LENGTH = 100;

/** Key of the stream of commands for the instances of a service. */
export function commandsKey(prefix: string): string {
  return ownKeyName(prefix, 'commands');
}

/** Null when the text is no command. */
export function parseCommand(body: string): ParsedCommand | null {
  const head = parseMessage(body, (part) => ({
    id: part.text('id'),
    to: part.nullable('to', (name) => part.text(name)),
    atMs: part.number('atMs'),
  }));
  if (head === null || head.id === '' || head.id.length > MAX_ID_LENGTH) return null;
  const known = parseMessage(body, (part) => ({
    v: part.version(1),
    command: part.part('command', readCommand),
  }));
  if (known === null) return { state: 'unsupported', message: head };
  return { state: 'known', message: { ...head, ...known } };
}

function readCommand(part: MessagePart): ControlCommand {
  const kind = part.one('kind', [
    'ping',
    'warm.preview',
    'warm.start',
    'warm.cancel',
    'breaker.force',
    'state.read',
    'entry.verify',
  ]);
  switch (kind) {
    case 'ping':
    case 'state.read':
      return { kind };
    case 'warm.start':
      return {
        kind,
        warmer: part.text('warmer'),
        perSecond: part.nullable('perSecond', (name) => part.number(name)),
      };
    case 'warm.preview':
    case 'warm.cancel':
      return { kind, warmer: part.text('warmer') };
    case 'breaker.force':
      return { kind, state: part.one('state', breakerForces) };
    case 'entry.verify':
      return { kind, key: part.text('key') };
  }
}
