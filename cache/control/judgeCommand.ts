import type { StreamEntry } from '#cache/store/streamEntry.ts';
import { isSignedWith } from '#shared/control/commandSignature.ts';
import { type CommandMessage, MAX_COMMAND_AGE_MS, parseCommand } from '#shared/control/controlCommand.ts';

/** What is to become of an entry of the stream of commands. */
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
  /** Key of the stream. */
  readonly stream: string;
  readonly instance: string;
  /** Null = commands need no signature. */
  readonly secret: string | null;
  /** Epoch ms. */
  readonly nowMs: number;
}

/** Whether a command may be done, by its form, signature and age. */
export function judgeCommand(entry: StreamEntry, { stream, instance, secret, nowMs }: Judge): Judgement {
  const body = fieldOf(entry, 'body') ?? '';
  const parsed = parseCommand(body);
  if (parsed === null) return refused(entry.id, 'malformed', 'The message is no command.');
  const { id, to, atMs } = parsed.message;
  if (to !== null && to !== instance) return { state: 'foreign' };
  const signature = fieldOf(entry, 'signature') ?? '';
  if (secret !== null && !isSignedWith(secret, { stream, body }, signature)) {
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
  if (parsed.message.command.kind === 'breaker.force' && to === null) {
    return refused(id, 'notAddressed', 'A breaker is forced in one instance, which the command must name.');
  }
  return { state: 'known', message: parsed.message };
}

function refused(id: string, reason: string, text: string): Judgement {
  return { state: 'refused', id, reason, text };
}

function fieldOf({ fields }: StreamEntry, name: string): string | undefined {
  for (let at = 0; at + 1 < fields.length; at += 2) if (fields[at] === name) return fields[at + 1];
  return undefined;
}
