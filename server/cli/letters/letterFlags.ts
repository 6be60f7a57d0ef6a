import { LETTER_ID } from '#shared/letters/deadLetter.ts';
import { type LetterQueue, type LetterStream, letterQueues } from '#shared/letters/letterStreams.ts';
import { type CliFlag, type CliOptions, usageProblem } from '../cliOptions.ts';

const queueTexts = new Intl.ListFormat('en', { type: 'disjunction' }).format(letterQueues);

export const serviceFlag: CliFlag = { flag: '--service', value: 'NAME', help: 'whose letters' };

/** Whose letters a command is of. */
export const letterFlags: readonly CliFlag[] = [
  serviceFlag,
  { flag: '--queue', value: 'QUEUE', help: `${queueTexts} (default: events)` },
  {
    flag: '--family',
    value: 'NAME',
    help: 'with --queue write-behind: whose changes, a counter or a family',
  },
];

/** Throws `CliProblem` for a queue that is none; null = no service was named. */
export function letterStreamOf({ given }: Pick<CliOptions, 'given'>): LetterStream | null {
  const service = given.get('--service') ?? '';
  const queue = queueOf(given.get('--queue'));
  const family = given.get('--family') ?? '';
  if (queue !== 'write-behind') {
    if (family !== '') throw usageProblem('--family belongs to --queue write-behind.');
    return service === '' ? null : { queue, service };
  }
  if (service === '' || family === '') throw usageProblem('Say whose changes: --service NAME --family NAME.');
  return { queue, service, family };
}

/** Throws `CliProblem` when it is no id of a letter. */
export function letterIdOf(text: string): string {
  if (LETTER_ID.test(text)) return text;
  throw usageProblem(`${text} is no id of a letter, such as 1764172800000-0.`);
}

function queueOf(text: string | undefined): LetterQueue {
  if (text === undefined) return 'events';
  const queue = letterQueues.find((known) => known === text);
  if (queue === undefined) throw usageProblem(`${text} is no queue; say ${queueTexts}.`);
  return queue;
}
