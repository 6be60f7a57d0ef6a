import { isUtf8 } from 'node:buffer';
import { asAppError } from '#server/redis/faults/asAppError.ts';
import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { EntryComparison } from '#shared/keys/entryComparison.ts';
import type { ServiceCommands } from './serviceCommands.ts';

type Commands = Pick<ServiceCommands, 'prefixOf' | 'ask'>;
type Comparison = Omit<EntryComparison, 'atMs'>;

const comparedStates = ['same', 'drifted', 'missing', 'unknown'] as const;

/**
 * Has an instance of the service that a key belongs to compare the entry with the source, which it asks once or twice. Throws
 * `AppError` redisUnreachable or redisRefused.
 */
export async function compareEntry(commands: Commands, key: Buffer): Promise<Comparison> {
  if (!isUtf8(key)) return refused('Names of entries of cachescope/cache are text, and this one is not.');
  try {
    return await compareNamed(commands, key.toString('utf8'));
  } catch (error) {
    throw asAppError(error);
  }
}

async function compareNamed(commands: Commands, name: string): Promise<Comparison> {
  const prefix = await commands.prefixOf(name);
  if (prefix === null) {
    return refused(
      'No service has announced itself whose keys start like this one. Services do with the options announce and control of cachescope/cache.',
    );
  }
  const answer = await commands.ask({ prefix, to: null, command: { kind: 'entry.verify', key: name } });
  return answer === null ? unanswered : comparisonOf(answer);
}

const unanswered = {
  state: 'unanswered',
  text: 'No instance said how it ended. Either none takes commands (option control of cachescope/cache), or they hang; it may have been done.',
  answeredBy: null,
} as const;

function comparisonOf({ from, version, state, reason, text }: ControlAnswer): Comparison {
  const answeredBy = `${from} (${version})`;
  if (state !== 'done') return { state: 'refused', text: text || reason, answeredBy };
  return { state: comparedStates.find((known) => known === reason) ?? 'unknown', text, answeredBy };
}

function refused(text: string): Comparison {
  return { state: 'refused', text, answeredBy: null };
}
