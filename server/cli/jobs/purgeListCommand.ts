import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand } from '../cliCommand.ts';
import { amount, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import type { CacheJob } from './cacheJob.ts';
import { instant } from './jobText.ts';

/** The jobs that the running server knows; the audit log has all. */
export const purgeListCommand: CliCommand = {
  name: 'purge list',
  help: 'Purges, undos and warm-ups since the server started, newest first, with their ids',
  flags: [],
  run: async ({ query }) => {
    const all = await query('jobs.list', { targetId: DEFAULT_TARGET_ID });
    const jobs = all.filter((job): job is CacheJob => job.kind !== 'probe');
    const none = 'Nothing ran since the server started; "cachescope audit list" has those of before.';
    return { data: { jobs }, text: jobs.length === 0 ? none : textTable(columns, jobs) };
  },
};

const columns: readonly TextColumn<CacheJob>[] = [
  { title: 'job', align: 'left', text: ({ id }) => id },
  { title: 'started', align: 'left', text: ({ startedAtMs }) => instant(startedAtMs) },
  { title: 'state', align: 'left', text: ({ state }) => state },
  {
    title: 'planned',
    align: 'right',
    text: ({ progress }) => ('plannedCount' in progress ? amount(progress.plannedCount) : UNKNOWN),
  },
  {
    title: 'done',
    align: 'right',
    text: ({ progress }) => ('changedCount' in progress ? amount(progress.changedCount) : UNKNOWN),
  },
  { title: 'undo until', align: 'left', text: undoText },
  { title: 'actor', align: 'left', text: ({ actor }) => printable(actor) },
  { title: 'what', align: 'left', text: ({ title }) => printable(title) },
];

function undoText(job: CacheJob): string {
  const untilMs = job.kind === 'purge' ? job.undoUntilMs : null;
  return untilMs === null || untilMs <= Date.now() ? UNKNOWN : instant(untilMs);
}
