import { formatBytes, formatCompact, formatRate, signed } from '#client/lib/formatNumber.ts';
import { formatDateTime } from '#client/lib/formatTime.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { EstimateValue } from '#client/ui/values/EstimateValue.tsx';
import { ReadingValue } from '#client/ui/values/ReadingValue.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { HealthSigns } from './HealthSigns.tsx';
import { OrphanShare } from './OrphanShare.tsx';
import type { TagSort } from './prepareTags.ts';

export type FactColumn = TableColumn<TagSummary> & { readonly id: TagSort };

const NOT_LOOKED_AT = 'The server has not looked at its members yet.';

/** What a look at the members of each tag says. */
export function healthColumns(): readonly FactColumn[] {
  return [
    {
      id: 'health',
      header: 'Health',
      help: 'What a sample of its members says of the index. Open the tag for the evidence.',
      widthPx: 124,
      firstDirection: 'descending',
      cell: (tag) => <HealthSigns tag={tag} />,
    },
    growthColumn,
    {
      id: 'hits',
      header: 'Hits',
      help: 'Hits that Redis answers by entries of this tag: the hits of their patterns times the share of the keys that carry it.',
      widthPx: 74,
      align: 'end',
      firstDirection: 'descending',
      cell: ({ health }) =>
        health === null ? (
          <UnknownDash reason={NOT_LOOKED_AT} />
        ) : (
          <ReadingValue reading={health.hitsPerSecond} format={(perSecond) => `~${formatRate(perSecond)}`} />
        ),
    },
    {
      id: 'orphans',
      header: 'Gone',
      help: 'Members that no entry stands behind (any more), by a sample of at most 200.',
      widthPx: 66,
      align: 'end',
      firstDirection: 'descending',
      cell: ({ health }) => <OrphanShare health={health} />,
    },
    {
      id: 'entryBytes',
      header: 'Entries',
      help: 'Memory of the entries of the tag, from MEMORY USAGE of the sample.',
      widthPx: 86,
      align: 'end',
      firstDirection: 'descending',
      cell: ({ health }) =>
        health?.bytes == null ? (
          <UnknownDash reason={NOT_LOOKED_AT} />
        ) : (
          <EstimateValue estimate={health.bytes} format={formatBytes} />
        ),
    },
  ];
}

const growthColumn: FactColumn = {
  id: 'growth',
  header: 'Growth',
  help: 'Members more or fewer than when this server first saw the tag; since when is on hover.',
  widthPx: 74,
  align: 'end',
  firstDirection: 'descending',
  cell: ({ growth }) =>
    growth === null ? (
      <UnknownDash reason="A second walk over all keys is needed: scan again later." />
    ) : (
      <span title={`Since ${formatDateTime(growth.sinceMs)}`}>
        {signed(growth.addedCount, formatCompact)}
      </span>
    ),
};
