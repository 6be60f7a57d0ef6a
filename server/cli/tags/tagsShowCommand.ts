import { printable } from '#shared/export/printable.ts';
import type { MarkState, MarkView } from '#shared/tags/markView.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { ApiQuery } from '../apiQuery.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { aligned, amount, byteSize, duration, UNKNOWN } from '../textTable.ts';
import { findTags } from './findTag.ts';

/** A tag, and its mark where the layout has one. */
interface ShownTag extends TagSummary {
  /** Null where the layout lists the entries of a tag. */
  readonly mark: MarkView | null;
}

/** One tag of each layout that has it, and how it is purged. */
export const tagsShowCommand: CliCommand = {
  name: 'tags show',
  help: 'One tag: its layout, its index or mark in Redis, its size, and how to purge it',
  operand: 'TAG',
  flags: [{ flag: '--layout', value: 'LAYOUT', help: 'of this layout, where several have such a tag' }],
  run: async ({ query }, { operands: [name = ''], given }) => {
    if (name === '') throw usageProblem('Say which tag.');
    const found = await findTags(query, { name, layout: given.get('--layout') });
    const tags = await Promise.all(found.map((tag) => withMark(query, tag)));
    return { data: { tags }, text: tags.map(textOf).join('\n\n') };
  },
};

async function withMark(query: ApiQuery, tag: TagSummary): Promise<ShownTag> {
  const { layout, tagKey, memberCount } = tag;
  if (memberCount !== null) return { ...tag, mark: null };
  return { ...tag, mark: await query('tags.readMark', { targetId: DEFAULT_TARGET_ID, layout, tagKey }) };
}

function textOf({ mark, ...tag }: ShownTag): string {
  const { layout, layoutName, tagKey, memberCount, ttlMs, indexBytes } = tag;
  const lines = aligned([
    ['tag', printable(tag.tag)],
    ['layout', `${layoutName} (${layout})`],
    [mark === null ? 'index' : 'mark', printable(tagKey)],
    ['TTL left', ttlMs === null ? 'none' : duration(ttlMs)],
    ['its bytes', indexBytes === null ? UNKNOWN : byteSize(indexBytes)],
    ...(mark === null
      ? [['entries', amount(memberCount)] as const, ['purge', purgeLine(tag)] as const]
      : markLines(mark)),
  ]);
  const shell =
    mark === null || mark.shellCommands.length === 0 ? [] : ['', 'Purged by:', ...mark.shellCommands];
  return [lines, ...shell].join('\n');
}

function purgeLine({ tag, layout }: TagSummary): string {
  const quoted = printable(tag).replaceAll("'", "'\\''");
  return `cachescope purge --tag '${quoted}' --layout ${layout} --dry-run`;
}

function markLines({ state, refusal, reach }: MarkView): readonly (readonly [string, string])[] {
  return [
    ['invalidated', stateText(state)],
    ['purge', refusal ?? 'on the page Tags, planned and recorded; or from a shell, as below, which nothing records'],
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
