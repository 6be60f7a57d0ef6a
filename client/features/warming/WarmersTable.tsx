import { clsx } from 'clsx';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { WarmerRow } from './prepareWarmers.ts';

interface WarmersTableProps {
  rows: readonly WarmerRow[];
  /** Of the warmer whose plan is built; null = none. */
  chosenId: string | null;
  onChoose: (row: WarmerRow) => void;
}

/** On a phone the name and the way to the plan stand beside each other. */
const titles = [
  { title: 'Service', isWideOnly: false },
  { title: 'Warmer', isWideOnly: false },
  { title: 'Last run', isWideOnly: false },
  { title: 'Gone through', isWideOnly: true },
  { title: 'By', isWideOnly: true },
  { title: 'Instances', isWideOnly: true },
  { title: '', isWideOnly: false },
];

const tones = { calm: 'text-text', warning: 'text-amber', bad: 'text-verm', dim: 'text-dim' };

/** A plain table: services declare few warmers. */
export function WarmersTable({ rows, chosenId, onChoose }: WarmersTableProps) {
  const cell = 'px-3 py-1.5 text-left max-md:px-2';
  return (
    <div className="relative max-h-96 overflow-auto">
      <table aria-label="Warmers" className="w-full">
        <thead className="border-b border-line text-sm text-dim">
          <tr>
            {titles.map(({ title, isWideOnly }) => (
              <th
                key={title}
                scope="col"
                className={clsx(cell, 'font-normal whitespace-nowrap', isWideOnly && 'max-md:hidden')}
              >
                {title === '' ? <span className="sr-only">Plan</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={row.id} className={clsx(row.id === chosenId && 'bg-soft')}>
              <td className={cell} title={`keys begin with ${row.prefix}`}>
                <MiddleText text={row.service} className="max-w-48 max-md:max-w-18" />
              </td>
              <th scope="row" className={`${cell} font-medium`}>
                <MiddleText text={row.warmer} className="max-w-64 max-md:max-w-24" />
              </th>
              <td className={clsx(cell, 'md:whitespace-nowrap', tones[row.tone])}>
                <LastRun row={row} />
              </td>
              <td className={`${cell} whitespace-nowrap max-md:hidden`}>
                <Gone row={row} />
              </td>
              <td className={`${cell} max-md:hidden`}>
                <By row={row} />
              </td>
              <td className={`${cell} whitespace-nowrap text-dim max-md:hidden`}>{row.instanceText}</td>
              <td className={`${cell} text-right`}>
                <Button
                  aria-label={`Plan a warm-up by ${row.warmer} of ${row.service}`}
                  aria-pressed={row.id === chosenId}
                  disabled={row.refusal !== null}
                  {...(row.refusal === null ? {} : { title: row.refusal })}
                  onClick={() => onChoose(row)}
                >
                  Plan…
                </Button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function LastRun({ row: { last, lastText, job } }: { row: WarmerRow }) {
  const atMs = job?.startedAtMs ?? last?.atMs ?? null;
  return (
    <>
      {lastText}
      {atMs !== null && (
        <span className="text-dim">
          {' '}
          · <Age atMs={atMs} suffix=" ago" />
        </span>
      )}
    </>
  );
}

function Gone({ row: { last, job } }: { row: WarmerRow }) {
  if (job !== null) return <Share done={job.progress.doneCount} of={job.progress.entryCount} />;
  if (last === null || last.state === 'leased') return <UnknownDash reason="No instance tells of a run." />;
  return <Share done={last.doneCount} of={last.plannedCount} />;
}

function Share({ done, of }: { done: number; of: number }) {
  return (
    <>
      {formatCount(done)} <span className="text-dim">of {formatCount(of)}</span>
    </>
  );
}

function By({ row: { last, job } }: { row: WarmerRow }) {
  const instance = job === null ? last?.instance : job.progress.instance;
  if (instance === null || instance === undefined)
    return <UnknownDash reason={job === null ? 'It has not run.' : 'No instance has taken it yet.'} />;
  const version = job === null ? (last?.version ?? '') : '';
  return (
    <MiddleText
      text={instance}
      title={version === '' ? instance : `${instance} (${version})`}
      className="max-w-56"
    />
  );
}
