import { printable } from '#shared/export/printable.ts';
import type { MarkState, MarkView } from '#shared/tags/markView.ts';
import type { TagDetail, TagPattern } from '#shared/tags/tagDetail.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { ApiQuery } from '../apiQuery.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { shellWord } from '../shellWord.ts';
import {
  aligned,
  amount,
  byteSize,
  duration,
  percent,
  type TextColumn,
  textTable,
  UNKNOWN,
} from '../textTable.ts';
import { findTags } from './findTag.ts';

/** A tag with what is known of its index, or of its mark where the layout lists no entries. */
interface ShownTag extends TagSummary {
  readonly detail: TagDetail | null;
  readonly mark: MarkView | null;
}

const PATTERNS_SHOWN = 20;

/** One tag of each layout that has it, and how it is purged. */
export const tagsShowCommand: CliCommand = {
  name: 'tags show',
  help: 'One tag: its layout, its index or mark, sizes, patterns, findings, and how to purge it',
  operand: 'TAG',
  flags: [{ flag: '--layout', value: 'LAYOUT', help: 'of this layout, where several have such a tag' }],
  run: async ({ query }, { operands: [name = ''], given }) => {
    if (name === '') throw usageProblem('Say which tag.');
    const found = await findTags(query, { name, layout: given.get('--layout') });
    const tags = await Promise.all(found.map((tag) => describe(query, tag)));
    return { data: { tags }, text: tags.map(textOf).join('\n\n') };
  },
};

async function describe(query: ApiQuery, tag: TagSummary): Promise<ShownTag> {
  const { layout, tagKey, memberCount } = tag;
  const input = { targetId: DEFAULT_TARGET_ID, layout, tagKey };
  return memberCount === null
    ? { ...tag, detail: null, mark: await query('tags.readMark', input) }
    : { ...tag, detail: await query('tags.detail', input), mark: null };
}

function textOf({ mark, detail, ...tag }: ShownTag): string {
  const { layout, layoutName, tagKey, memberCount, ttlMs, indexBytes } = tag;
  const lines = aligned([
    ['tag', printable(tag.tag)],
    ['layout', `${layoutName} (${layout})`],
    [mark === null ? 'index' : 'mark', printable(tagKey)],
    ['TTL left', ttlMs === null ? 'none' : duration(ttlMs)],
    ['its bytes', indexBytes === null ? UNKNOWN : byteSize(indexBytes)],
    ...(mark === null ? [['entries', amount(memberCount)] as const] : markLines(mark)),
    ...(detail === null ? [] : detailLines(detail)),
    ...(mark === null || mark.refusal === null ? [['purge', purgeLine(tag)] as const] : []),
  ]);
  const shell =
    mark === null || mark.shellCommands.length === 0
      ? []
      : ['', 'The same from a shell, which nothing records:', ...mark.shellCommands];
  return [
    lines,
    ...(detail === null ? [] : [...patternLines(detail), ...findingLines(detail)]),
    ...shell,
  ].join('\n');
}

function purgeLine({ tag, layout }: TagSummary): string {
  return `cachescope purge --tag ${shellWord(tag)} --layout ${layout} --dry-run`;
}

function detailLines({ sampledCount, isWhole, bytes, orphans, hitsPerSecond, reach }: TagDetail) {
  return [
    ['looked at', isWhole ? 'all of them' : `${amount(sampledCount)} of them`],
    ['bytes of entries', bytes === null ? UNKNOWN : `${bytes.isExact ? '' : '~'}${byteSize(bytes.value)}`],
    ['gone entries', orphans === null ? UNKNOWN : percent(orphans.ratio)],
    ['hits', hitsPerSecond.state === 'known' ? `${amount(hitsPerSecond.value)}/s` : UNKNOWN],
    ['reaches', reach],
  ] as const;
}

function patternLines({ patterns }: TagDetail): readonly string[] {
  if (patterns.length === 0) return [];
  const rows = patterns.slice(0, PATTERNS_SHOWN);
  const rest = patterns.length - rows.length;
  return ['', textTable(patternColumns, rows), ...(rest > 0 ? [`and ${amount(rest)} more`] : [])];
}

const patternColumns: readonly TextColumn<TagPattern>[] = [
  { title: 'pattern', align: 'left', text: ({ pattern }) => printable(pattern) },
  {
    title: 'entries',
    align: 'right',
    text: ({ memberCount: { value, isExact } }) => `${isExact ? '' : '~'}${amount(Math.round(value))}`,
  },
  {
    title: 'hits/s',
    align: 'right',
    text: ({ hitsPerSecond }) => (hitsPerSecond.state === 'known' ? amount(hitsPerSecond.value) : UNKNOWN),
  },
];

function findingLines({ findings }: TagDetail): readonly string[] {
  return findings.flatMap(({ severity, title, evidence, why, firstStep }) => [
    '',
    `${severity}: ${printable(title)}`,
    `  ${printable(evidence)}`,
    `  ${printable(why)}`,
    `  First: ${printable(firstStep)}`,
  ]);
}

function markLines({ state, refusal, reach }: MarkView): readonly (readonly [string, string])[] {
  return [
    ['invalidated', stateText(state)],
    ...(refusal === null ? [] : [['purge', refusal] as const]),
    ['reaches', reach],
  ];
}

function stateText(state: MarkState): string {
  switch (state.kind) {
    case 'absent':
      return 'never, as far as the library knows';
    case 'counter':
      return `${amount(state.count)} times, or generation of its entries`;
    case 'time':
      return `last ${new Date(state.atMs).toISOString()}`;
    case 'version':
      return 'by a random version, which tells no time';
    case 'opaque':
      return 'not known: only the application knows the form of its mark';
  }
}
