import { Link } from '@tanstack/react-router';
import { clsx } from 'clsx';
import { formatCount } from '#client/lib/formatNumber.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { prepareRuns, type RunRow } from './prepareRuns.ts';
import { useWarmRuns } from './useWarming.ts';

const tones = { calm: 'text-text', warning: 'text-amber', bad: 'text-verm' };
const OLDER = 'The audit log of an earlier version does not say.';

/** What warm-ups of the last 30 days did, by the audit log and the history. */
export function RunsPanel() {
  const query = useWarmRuns();
  return (
    <Panel
      title="Past warm-ups"
      note="of the last 30 days; hit rate of their patterns 5 min before and 5 min after"
      className="shrink-0"
    >
      <QueryStates
        query={query}
        label="past warm-ups"
        heightPx={120}
        empty={({ runs }) => (runs.length === 0 ? <NoRuns /> : null)}
      >
        {({ runs, isComplete }) => <RunsTable rows={prepareRuns(runs)} isComplete={isComplete} />}
      </QueryStates>
    </Panel>
  );
}

function NoRuns() {
  return (
    <EmptyState title="No warm-up was started from here">
      What services warm by themselves stands above, as their instances tell it.
    </EmptyState>
  );
}

function RunsTable({ rows, isComplete }: { rows: readonly RunRow[]; isComplete: boolean }) {
  const { search } = usePageSearch();
  const cell = 'px-3 py-1.5 text-left align-top';
  return (
    <div className="relative max-h-96 overflow-auto">
      <table aria-label="Past warm-ups" className="w-full">
        <thead className="border-b border-line text-sm text-dim">
          <tr>
            {['Started', 'Warmer', 'Outcome', 'Entries planned', 'Took', 'Planned', 'Hit rate', 'By'].map(
              (title) => (
                <th key={title} scope="col" className={`${cell} font-normal whitespace-nowrap`}>
                  {title}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={row.id}>
              <td className={`${cell} whitespace-nowrap`}>
                <Link
                  to="/audit"
                  search={{ ...spanSearch(search), entry: row.run.auditSequence }}
                  className="text-blue underline"
                >
                  <Instant atMs={row.run.startedAtMs} to="full" />
                </Link>
              </td>
              <th scope="row" className={`${cell} font-medium`}>
                <MiddleText text={row.run.subject} className="max-w-64 max-md:max-w-40" />
              </th>
              <td className={clsx(cell, tones[row.tone])}>
                <span className="whitespace-nowrap">{row.stateText}</span>
                <span className="block max-w-96 min-w-48 text-sm text-dim">{row.run.outcome}</span>
              </td>
              <RunFigures row={row} cell={`${cell} whitespace-nowrap`} />
              <td className={cell} title={row.run.reason}>
                <MiddleText text={row.run.actor} className="max-w-32" />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {!isComplete && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
          Older ones stand in the{' '}
          <Link
            to="/audit"
            search={{ ...spanSearch(search), action: 'warm' }}
            className="text-blue underline"
          >
            audit log
          </Link>
          .
        </p>
      )}
    </div>
  );
}

function RunFigures({ row, cell }: { row: RunRow; cell: string }) {
  const { run, tookText, plannedText, effectText, whyNoEffect } = row;
  return (
    <>
      <td className={cell}>
        {run.plannedCount === null ? <UnknownDash reason={OLDER} /> : formatCount(run.plannedCount)}
      </td>
      <td className={cell}>{tookText ?? <UnknownDash reason="It has no end that is known." />}</td>
      <td className={cell}>{plannedText ?? <UnknownDash reason={OLDER} />}</td>
      <td className={cell}>
        {effectText}
        {effectText !== null && whyNoEffect !== null && <span className="text-dim">, before </span>}
        {whyNoEffect !== null && <UnknownDash reason={whyNoEffect} />}
      </td>
    </>
  );
}
