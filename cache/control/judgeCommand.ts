import { isSignedWith } from '#shared/control/commandSignature.ts';
import {
  type CommandMessage,
  type ControlCommand,
  MAX_COMMAND_AGE_MS,
  parseCommand,
} from '#shared/control/controlCommand.ts';

/** A command as it was heard, on whichever way. */
export interface HeardCommand {
  /** What a text that is no command is called in the answer. */
  readonly heardAs: string;
  readonly body: string;
  readonly signature: string;
}

/** What is to become of a command that was heard. */
export type Judgement =
  /** It is for another instance. */
  | { readonly state: 'foreign' }
  | { readonly state: 'known'; readonly message: CommandMessage }
  | {
      readonly state: 'unsupported' | 'refused';
      readonly id: string;
      readonly reason: string;
      readonly text: string;
    };

export interface Judge {
  /** What it must be signed for. */
  readonly way: string;
  readonly instance: string;
  /** Null = commands need no signature. */
  readonly secret: string | null;
  /** Epoch ms. */
  readonly nowMs: number;
}

const forNamed: ReadonlySet<ControlCommand['kind']> = new Set(['breaker.force', 'state.read']);

/** Whether a command may be done, by its form, signature and age. */
export function judgeCommand(
  { heardAs, body, signature }: HeardCommand,
  { way, instance, secret, nowMs }: Judge,
): Judgement {
  const parsed = parseCommand(body);
  if (parsed === null) return refused(heardAs, 'malformed', 'The message is no command.');
  const { id, to, atMs } = parsed.message;
  if (to !== null && to !== instance) return { state: 'foreign' };
  if (secret !== null && !isSignedWith(secret, { way, body }, signature)) {
    return refused(
      id,
      'badSignature',
      'The signature is missing, or not that of the secret of this service.',
    );
  }
  const ageMs = nowMs - atMs;
  if (Math.abs(ageMs) > MAX_COMMAND_AGE_MS) {
    const seconds = Math.round(ageMs / 1_000);
    return refused(id, 'tooOld', `By the clock of this instance the command is ${seconds} s old.`);
  }
  if (parsed.state === 'unsupported') {
    return {
      state: 'unsupported',
      id,
      reason: 'unsupported',
      text: 'This release does not know the command.',
    };
  }
  if (to === null && forNamed.has(parsed.message.command.kind)) {
    return refused(
      id,
      'notAddressed',
      `${parsed.message.command.kind} is of one instance, which it must name.`,
    );
  }
  return { state: 'known', message: parsed.message };
}

function refused(id: string, reason: string, text: string): Judgement {
  return { state: 'refused', id, reason, text };
}
