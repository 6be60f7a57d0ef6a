import { Link } from '@tanstack/react-router';
import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { EstimateValue } from '#client/ui/values/EstimateValue.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { ReadingValue } from '#client/ui/values/ReadingValue.tsx';
import type { TagDetail, TagPattern } from '#shared/tags/tagDetail.ts';
import { sampleWords } from './prepareTag.ts';

/** Existing members by the form of their names, with the hits that hang on them. */
export function PatternsPanel({ detail }: { detail: TagDetail }) {
  return (
    <Panel title="Members by pattern" note={`that exist, by ${sampleWords(detail)}`}>
      {detail.sampledCount === 0 ? (
        <EmptyState isUnknown title="No member was met">
          This look ended before it met one: they stand among very many names of others.
        </EmptyState>
      ) : detail.patterns.length === 0 ? (
        <EmptyState title="No member exists">
          Nothing stands behind the members that were looked at: a purge would find nothing.
        </EmptyState>
      ) : (
        <div className="overflow-x-auto pb-2">
          <table className="w-full text-right">
            <thead className="text-sm text-dim">
              <tr>
                <th scope="col" className="px-3 text-left font-normal">
                  Pattern
                </th>
                <th scope="col" className="px-3 font-normal">
                  Members
                </th>
                <th scope="col" className="px-3 font-normal">
                  Hits
                </th>
              </tr>
            </thead>
            <tbody>
              {detail.patterns.map((row) => (
                <Row key={row.pattern} row={row} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Row({ row: { pattern, memberCount, hitsPerSecond } }: { row: TagPattern }) {
  const { search } = usePageSearch();
  return (
    <tr>
      <th scope="row" className="max-w-0 w-full px-3 py-0.5 text-left font-normal">
        <Link
          to="/pattern"
          search={{ ...spanSearch(search), pattern }}
          className="flex min-w-0 text-blue underline"
        >
          <MiddleText text={pattern} />
        </Link>
      </th>
      <td className="px-3 whitespace-nowrap">
        <EstimateValue estimate={memberCount} format={formatCount} />
      </td>
      <td className="px-3 whitespace-nowrap">
        <ReadingValue reading={hitsPerSecond} format={(perSecond) => `~${formatRate(perSecond)}`} />
      </td>
    </tr>
  );
}
