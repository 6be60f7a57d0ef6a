import { Link } from '@tanstack/react-router';
import { formatCount, formatPercent, formatProportionInterval } from '#client/lib/formatNumber.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import type { InvalidationAnswer } from './invalidationModel.ts';
import { prepareDrift } from './prepareDrift.ts';

/** What the verifiers of services found: entries that differ from their source, by their age. */
export function DriftPanel({ answer: { verified } }: { answer: InvalidationAnswer }) {
  const { search } = usePageSearch();
  const classes = prepareDrift(verified);
  return (
    <Panel
      title="Drift"
      note="entries that differ from their source"
      actions={
        <Link
          to="/tags"
          search={{ ...spanSearch(search), health: 'any' }}
          className="text-sm text-blue underline"
        >
          Health of tags
        </Link>
      }
    >
      {classes.length === 0 ? (
        <EmptyState title="No entry was compared" isUnknown>
          Services that verify a share of their hits (option verify of cachescope/cache) show here how often
          an invalidation did not reach an entry.
        </EmptyState>
      ) : (
        <table className="mx-3 mb-3 w-[calc(100%-1.5rem)] text-sm">
          <thead className="text-dim">
            <tr>
              <th scope="col" className="py-1 text-left font-normal">
                Age
              </th>
              <th scope="col" className="text-right font-normal">
                Compared
              </th>
              <th scope="col" className="text-right font-normal">
                Differ
              </th>
              <th scope="col" className="text-right font-normal">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {classes.map(({ ageClass, label, comparedCount, driftedCount, share }) => (
              <tr key={ageClass} className="border-t border-line">
                <th scope="row" className="py-1 text-left font-normal">
                  {label}
                </th>
                <td className="text-right">{formatCount(comparedCount)}</td>
                <td className={driftedCount > 0 ? 'text-right text-verm' : 'text-right'}>
                  {formatCount(driftedCount)}
                </td>
                <td
                  className="text-right"
                  title={share === null ? undefined : formatProportionInterval(share)}
                >
                  {share === null ? '' : formatPercent(share.ratio)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
