import { printable } from '#shared/export/printable.ts';
import { type WarmerRun, type WarmingService, warmingRefusalTexts } from '#shared/services/warmingService.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { WarmingAnswer } from '../apiQuery.ts';
import type { CliCommand } from '../cliCommand.ts';
import { instant } from '../jobs/jobText.ts';
import { announcementsText } from '../services/announcementsText.ts';
import { amount, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';

/** What could be warmed, by what the services announced of themselves. */
export const warmListCommand: CliCommand = {
  name: 'warm list',
  help: 'Warmers of the services that announce themselves, with their last runs',
  flags: [],
  run: async ({ query }) => {
    const { services, connection, announcements } = await query('warming.get', {
      targetId: DEFAULT_TARGET_ID,
    });
    const parts = [
      connectionText(connection),
      announcementsText(announcements),
      listText(services),
      ...services.flatMap(refusalText),
    ];
    return { data: { services }, text: parts.filter((part) => part !== '').join('\n') };
  },
};

interface Row {
  readonly service: string;
  readonly warmer: string;
  /** Null = no instance has said anything of it. */
  readonly last: WarmerRun | null;
}

function listText(services: readonly WarmingService[]): string {
  const rows = services.flatMap(({ service, warmers }) =>
    warmers.map(({ warmer, runs: [last = null] }): Row => ({ service, warmer, last })),
  );
  if (rows.length > 0) return textTable(columns, rows);
  return services.length > 0
    ? 'No warmer is known.'
    : 'No service is known. Those with cachescope/cache appear once they announce themselves (option announce).';
}

const columns: readonly TextColumn<Row>[] = [
  { title: 'service', align: 'left', text: ({ service }) => printable(service) },
  { title: 'warmer', align: 'left', text: ({ warmer }) => printable(warmer) },
  { title: 'last run', align: 'left', text: ({ last }) => stateText(last) },
  { title: 'at', align: 'left', text: ({ last }) => (last?.atMs == null ? UNKNOWN : instant(last.atMs)) },
  {
    title: 'done',
    align: 'right',
    text: ({ last }) =>
      hasRun(last) ? `${amount(last.doneCount)} of ${amount(last.plannedCount)}` : UNKNOWN,
  },
  { title: 'by', align: 'left', text: ({ last }) => (hasRun(last) ? printable(last.instance) : UNKNOWN) },
];

function hasRun(last: WarmerRun | null): last is WarmerRun {
  return last !== null && last.state !== 'idle';
}

function stateText(last: WarmerRun | null): string {
  if (!hasRun(last)) return 'none yet';
  return last.isHeard ? last.state : `${last.state}, silent since`;
}

function refusalText({ service, refusal }: WarmingService): string[] {
  return refusal === null
    ? []
    : [`${printable(service)} cannot be warmed from here. ${warmingRefusalTexts[refusal]}`];
}

function connectionText({ state, sinceMs }: WarmingAnswer['connection']): string {
  return state === 'unreachable'
    ? `Redis does not answer since ${instant(sinceMs)}: nothing can be warmed, and this is as of then.`
    : '';
}
