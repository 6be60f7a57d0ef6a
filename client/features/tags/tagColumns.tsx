import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { Button } from '#client/ui/Button.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { type FactColumn, healthColumns } from './healthColumns.tsx';
import { TagName } from './TagName.tsx';

interface TagColumnInput {
  readonly onPurge: (tag: TagSummary) => void;
  /** Of a tag that its library invalidates by a mark. */
  readonly onMark: (tag: TagSummary) => void;
  /** Why nothing may be purged; null when it may. */
  readonly refusal: string | null;
  readonly isPhone: boolean;
}

/** On a phone the button stands beside the members, where it is seen without scrolling. */
export function tagColumns(input: TagColumnInput): readonly TableColumn<TagSummary>[] {
  const { isPhone } = input;
  const purge: TableColumn<TagSummary> = {
    id: 'purge',
    header: 'Purge',
    widthPx: 90,
    align: 'end',
    cell: (tag) => <PurgeButton tag={tag} {...input} />,
  };
  const facts = factColumns(isPhone);
  return isPhone ? [...facts.slice(0, 2), purge, ...facts.slice(2)] : [...facts, purge];
}

/** A mark can be looked at also by those who may not purge it. */
function PurgeButton({ tag, onPurge, onMark, refusal }: TagColumnInput & { tag: TagSummary }) {
  const isMark = tag.memberCount === null;
  if (isMark && refusal !== null) {
    return (
      <Button
        aria-label={`How to purge ${tag.tag}`}
        title={`Shows what its mark says. ${refusal}`}
        onClick={() => onMark(tag)}
        className="min-h-6! max-md:min-h-7!"
      >
        How…
      </Button>
    );
  }
  return (
    <Button
      aria-label={`Purge ${tag.tag}: shows a plan first`}
      title={refusal ?? 'Shows a plan first; this button purges nothing'}
      disabled={refusal !== null}
      onClick={() => (isMark ? onMark(tag) : onPurge(tag))}
      className="min-h-6! max-md:min-h-7!"
    >
      Purge…
    </Button>
  );
}

function factColumns(isPhone: boolean): readonly FactColumn[] {
  return [
    {
      id: 'tag',
      header: 'Tag',
      widthPx: isPhone ? 160 : 200,
      isGrowing: true,
      firstDirection: 'ascending',
      cell: (tag) => <TagName tag={tag} />,
    },
    {
      id: 'members',
      header: 'Members',
      help: 'Keys in the index (SCARD or ZCARD). Some may have expired already.',
      widthPx: 84,
      align: 'end',
      firstDirection: 'descending',
      cell: (tag) =>
        tag.memberCount === null ? (
          <UnknownDash reason="This library keeps no list of the entries that carry a tag." />
        ) : (
          formatCount(tag.memberCount)
        ),
    },
    ...healthColumns(),
    {
      id: 'ttl',
      header: 'TTL left',
      help: 'Until the index or the mark itself expires.',
      widthPx: 104,
      align: 'end',
      firstDirection: 'ascending',
      cell: (tag) =>
        tag.ttlMs === null ? <span className="text-dim">none</span> : formatDuration(tag.ttlMs),
    },
    {
      id: 'bytes',
      header: 'Index size',
      help: 'Memory of the index or the mark itself (MEMORY USAGE), not of the entries.',
      widthPx: 92,
      align: 'end',
      firstDirection: 'descending',
      cell: (tag) =>
        tag.indexBytes === null ? (
          <UnknownDash reason="Redis did not tell the size of this index." />
        ) : (
          formatBytes(tag.indexBytes)
        ),
    },
    {
      id: 'layout',
      header: 'Layout',
      help: 'The library whose way of keeping tags this is; decides how it is purged.',
      widthPx: 124,
      firstDirection: 'ascending',
      cell: (tag) => (
        <span className="truncate text-dim" title={tag.layoutName}>
          {tag.layoutName}
        </span>
      ),
    },
  ];
}
