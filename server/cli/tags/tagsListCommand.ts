import { printable } from '#shared/export/printable.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliCommand, CliTools } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { amount, byteSize, duration, percent, type TextColumn, textTable, UNKNOWN } from '../textTable.ts';
import { isOfLayout } from './findTag.ts';

const POLL_MS = 1_000;

/** What the page of tags lists. */
export const tagsListCommand: CliCommand = {
  name: 'tags list',
  help: 'Tags whose name holds SEARCH, those with the most entries first, with their layouts and sizes',
  operand: 'SEARCH',
  flags: [
    { flag: '--layout', value: 'LAYOUT', help: 'tags of one layout, by its id or name' },
    { flag: '--limit', value: 'N', help: 'most tags (default: all that the server lists)' },
    { flag: '--wait', help: 'until all keys were looked at' },
  ],
  run: async (tools, { operands, given }) => {
    const limit = limitOf(given.get('--limit'));
    const layout = given.get('--layout');
    const list = await readList(tools, { search: operands[0] ?? '', isWaiting: given.has('--wait') });
    const matching = list.tags.filter((tag) => layout === undefined || isOfLayout(tag, layout));
    const data = { ...list, tags: matching.slice(0, limit) };
    return { data, text: textOf(data, matching.length) };
  },
};

async function readList(
  { query, terminal }: CliTools,
  { search, isWaiting }: { readonly search: string; readonly isWaiting: boolean },
): Promise<TagList> {
  for (;;) {
    const list = await query('tags.list', { targetId: DEFAULT_TARGET_ID, search });
    if (!isWaiting || !list.isWalking) return list;
    terminal.showProgress(walkedText(list));
    await terminal.pause(POLL_MS);
    terminal.showProgress('');
  }
}

const columns: readonly TextColumn<TagSummary>[] = [
  { title: 'tag', align: 'left', text: ({ tag }) => printable(tag) },
  { title: 'layout', align: 'left', text: ({ layout }) => layout },
  { title: 'of', align: 'left', text: ({ layoutName }) => layoutName },
  { title: 'entries', align: 'right', text: ({ memberCount }) => amount(memberCount) },
  {
    title: 'TTL left',
    align: 'right',
    text: ({ ttlMs }) => (ttlMs === null ? 'none' : duration(ttlMs)),
  },
  {
    title: 'index',
    align: 'right',
    text: ({ indexBytes }) => (indexBytes === null ? UNKNOWN : byteSize(indexBytes)),
  },
];

function textOf(list: TagList, matchingCount: number): string {
  const { tags, leftOutCount } = list;
  const table = tags.length === 0 ? 'No tag was found.' : textTable(columns, tags);
  const notListedCount = matchingCount - tags.length + leftOutCount;
  const more =
    notListedCount === 0
      ? []
      : [`${amount(notListedCount)} more, with fewer entries, are not listed: narrow it.`];
  return [table, '', walkedText(list), ...more].join('\n');
}

function walkedText({ walkEndedAtMs, scannedCount, keyCount, isWalking }: TagList): string {
  const share = keyCount === 0 ? '' : ` (${percent(scannedCount / keyCount)})`;
  if (isWalking) {
    return `${amount(scannedCount)} of ${amount(keyCount)} keys${share} were looked at so far: ask again, or say --wait.`;
  }
  if (walkEndedAtMs === null) return 'Not all keys were looked at.';
  return `All ${amount(keyCount)} keys were looked at, ${new Date(walkEndedAtMs).toISOString()}.`;
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return Number.POSITIVE_INFINITY;
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw usageProblem(`--limit is a number from 1 on, not ${text}.`);
}
