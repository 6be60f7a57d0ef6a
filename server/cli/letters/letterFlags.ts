import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { LETTER_ID, type LetterPage } from '#shared/letters/deadLetter.ts';
import { type LetterQueue, type LetterStream, letterQueues } from '#shared/letters/letterStreams.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliTools } from '../cliCommand.ts';
import { type CliFlag, type CliOptions, usageProblem } from '../cliOptions.ts';
import { shellWord } from '../shellWord.ts';

const queueTexts = new Intl.ListFormat('en', { type: 'disjunction' }).format(letterQueues);

export const serviceFlag: CliFlag = { flag: '--service', value: 'NAME', help: 'whose letters' };

/** Whose letters a command is of. */
export const letterFlags: readonly CliFlag[] = [
  serviceFlag,
  { flag: '--queue', value: 'QUEUE', help: `${queueTexts} (default: events)` },
  {
    flag: '--stream',
    value: 'NAME',
    help: 'with --queue events: the stream that they were read from, where a service reads several',
  },
  {
    flag: '--family',
    value: 'NAME',
    help: 'with --queue write-behind: whose changes, a counter or a family',
  },
];

/**
 * Whose letters are asked for; null = no service was named. The stream of events that its service reads is the server's to say. Throws
 * `CliProblem` for a queue that is none, and for a service with letters of several streams when none is named.
 */
export async function askedLetters(
  { query }: Pick<CliTools, 'query'>,
  { given }: Pick<CliOptions, 'given'>,
): Promise<LetterStream | null> {
  const service = given.get('--service') ?? '';
  const queue = queueOf(given.get('--queue'));
  const family = given.get('--family') ?? '';
  const stream = given.get('--stream') ?? '';
  if (stream !== '' && queue !== 'events') throw usageProblem('--stream belongs to --queue events.');
  if (queue !== 'write-behind') {
    if (family !== '') throw usageProblem('--family belongs to --queue write-behind.');
    if (service === '') return null;
    if (queue === 'invalidations') return { queue, service };
    return { queue, service, stream: stream === '' ? await onlyStream(query, service) : stream };
  }
  if (service === '' || family === '') throw usageProblem('Say whose changes: --service NAME --family NAME.');
  return { queue, service, family };
}

/** The one that has letters, or may have some. */
async function onlyStream(query: CliTools['query'], service: string): Promise<string> {
  const page: LetterPage = await query('letters.list', {
    ...{ targetId: DEFAULT_TARGET_ID, stream: null, before: null },
  });
  const read = page.streams.flatMap((one) =>
    one.queue === 'events' && one.service === service ? [one] : [],
  );
  const filled = read.filter(({ count }) => count !== 0);
  // Of a service that is not known the server says so.
  if (filled.length <= 1) return (filled[0] ?? read[0])?.stream ?? DEFAULT_EVENT_STREAM;
  const choices = filled.map(({ stream }) => `--stream ${shellWord(stream)}`).join(' or ');
  throw usageProblem(`${service} may have letters of several streams. Say which: ${choices}.`);
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
