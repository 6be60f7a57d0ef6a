import { printable } from '#shared/export/printable.ts';
import type { DeadLetter, LetterPage } from '#shared/letters/deadLetter.ts';
import { type LetterStream, letterQueueText } from '#shared/letters/letterStreams.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { instant } from '../jobs/jobText.ts';
import { shellWord } from '../shellWord.ts';
import { amount, byteSize, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { askedLetters, letterFlags, letterIdOf } from './letterFlags.ts';

/** What the page Invalidation lists; never what letters carry. */
export const lettersListCommand: CliCommand = {
  name: 'dead-letters list',
  help: 'Events, invalidations and changes for the source that services gave up, the newest first; of the first service that has any, unless one is named',
  flags: [
    ...letterFlags,
    { flag: '--before', value: 'ID', help: 'goes on with those that are older than this one' },
  ],
  run: async (tools, options) => {
    const before = options.given.get('--before');
    const page: LetterPage = await tools.query('letters.list', {
      targetId: DEFAULT_TARGET_ID,
      stream: await askedLetters(tools, options),
      before: before === undefined ? null : letterIdOf(before),
    });
    return { data: page, text: textOf(page) };
  },
};

const columns: readonly TextColumn<DeadLetter>[] = [
  { title: 'id', align: 'left', text: ({ id }) => id },
  { title: 'event or key', align: 'left', text: ({ event }) => printable(event) },
  { title: 'given up', align: 'left', text: ({ buriedAtMs }) => instant(buriedAtMs) },
  { title: 'tries', align: 'right', text: ({ deliveries }) => amount(deliveries) },
  { title: 'payload', align: 'right', text: ({ payloadBytes }) => byteSizeOf(payloadBytes) },
  { title: 'reason', align: 'left', text: ({ reason }) => printable(reason) },
];

function byteSizeOf(bytes: number | null): string {
  return bytes === null ? UNKNOWN : byteSize(bytes);
}

function textOf({ streams, chosen, letters, next }: LetterPage): string {
  if (chosen === null) return 'No service is known whose letters could be read.';
  const counts = streams
    .filter(({ count }) => count !== 0)
    .map(
      (one) => `${nameOf(one)}: ${one.count === null ? `not known. ${one.whyUnknown}` : amount(one.count)}`,
    );
  const of = nameOf(chosen);
  return [
    ...counts,
    ...(counts.length === 0 ? [] : ['']),
    letters.length === 0 ? `${of} has no dead letters.` : `Of ${of}:`,
    ...(letters.length === 0 ? [] : [textTable(columns, letters)]),
    ...(next === null ? [] : [`There are more: ${flagsOf(chosen)} --before ${next}`]),
    ...nextSteps(chosen, letters),
  ].join('\n');
}

function nameOf(stream: LetterStream): string {
  return printable(`${stream.service} (${letterQueueText(stream)})`);
}

function flagsOf(stream: LetterStream): string {
  const of = `--service ${shellWord(stream.service)} --queue ${stream.queue}`;
  switch (stream.queue) {
    case 'events':
      return `${of} --stream ${shellWord(stream.stream)}`;
    case 'invalidations':
      return of;
    case 'write-behind':
      return `${of} --family ${shellWord(stream.family)}`;
  }
}

/** Of letters that are not replayed: what is done in its place, which leaves them where they are. */
function nextSteps(stream: LetterStream, letters: readonly DeadLetter[]): readonly string[] {
  if (stream.queue === 'events' || letters.length === 0) return [];
  const drop = `Then drop it: cachescope dead-letters drop ID ${flagsOf(stream)}`;
  if (stream.queue === 'write-behind') {
    return [
      '',
      'Changes for the source are not replayed: write them there where they are still right.',
      drop,
    ];
  }
  const named = letters.find(({ event }) => event !== 'version');
  const purge = `cachescope dead-letters purge ${named?.id} --service ${shellWord(stream.service)} --dry-run`;
  return [
    '',
    ...(named === undefined ? [] : [`To plan the purge of what one names: ${purge}`]),
    ...(letters.some(({ event }) => event === 'version')
      ? [
          'Those of the kind version name no keys: let the service invalidate the namespace again, or purge the patterns of its families.',
        ]
      : []),
    drop,
  ];
}
