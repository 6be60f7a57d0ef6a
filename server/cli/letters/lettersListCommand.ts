import { printable } from '#shared/export/printable.ts';
import type { DeadLetter, LetterPage } from '#shared/letters/deadLetter.ts';
import type { LetterStream } from '#shared/letters/letterStreams.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { instant } from '../jobs/jobText.ts';
import { shellWord } from '../shellWord.ts';
import { amount, byteSize, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { letterFlags, letterIdOf, letterStreamOf } from './letterFlags.ts';

/** What the page Invalidation lists; never what letters carry. */
export const lettersListCommand: CliCommand = {
  name: 'dead-letters list',
  help: 'Events and invalidations that services gave up, the newest first; of the first service that has any, unless one is named',
  flags: [
    ...letterFlags,
    { flag: '--before', value: 'ID', help: 'goes on with those that are older than this one' },
  ],
  run: async ({ query }, options) => {
    const before = options.given.get('--before');
    const page: LetterPage = await query('letters.list', {
      targetId: DEFAULT_TARGET_ID,
      stream: letterStreamOf(options),
      before: before === undefined ? null : letterIdOf(before),
    });
    return { data: page, text: textOf(page) };
  },
};

const columns: readonly TextColumn<DeadLetter>[] = [
  { title: 'id', align: 'left', text: ({ id }) => id },
  { title: 'event', align: 'left', text: ({ event }) => printable(event) },
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
      ({ service, queue, count, whyUnknown }) =>
        `${printable(service)} (${queue}): ${count === null ? `not known. ${whyUnknown}` : amount(count)}`,
    );
  const of = `${printable(chosen.service)} (${chosen.queue})`;
  return [
    ...counts,
    ...(counts.length === 0 ? [] : ['']),
    letters.length === 0 ? `${of} has no dead letters.` : `Of ${of}:`,
    ...(letters.length === 0 ? [] : [textTable(columns, letters)]),
    ...(next === null
      ? []
      : [`There are more: --service ${shellWord(chosen.service)} --queue ${chosen.queue} --before ${next}`]),
    ...nextSteps(chosen, letters),
  ].join('\n');
}

/** Of invalidations: they are not replayed, but what they name is purged, which leaves the letter where it is. */
function nextSteps({ queue, service }: LetterStream, letters: readonly DeadLetter[]): readonly string[] {
  const named = letters.find(({ event }) => event !== 'version');
  if (queue !== 'invalidations' || letters.length === 0) return [];
  const of = `--service ${shellWord(service)}`;
  return [
    '',
    ...(named === undefined
      ? []
      : [`To plan the purge of what one names: cachescope dead-letters purge ${named.id} ${of} --dry-run`]),
    ...(letters.some(({ event }) => event === 'version')
      ? [
          'Those of the kind version name no keys: let the service invalidate the namespace again, or purge the patterns of its families.',
        ]
      : []),
    `Then drop it: cachescope dead-letters drop ID ${of} --queue invalidations`,
  ];
}
