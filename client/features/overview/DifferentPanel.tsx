import { Link } from '@tanstack/react-router';
import { type PageSearch, spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { Panel } from '#client/ui/Panel.tsx';
import type { DifferentModel, DifferentRow } from './prepareDifferent.ts';

/** Patterns ranked by what they miss more than before. */
export function DifferentPanel({ model }: { model: DifferentModel }) {
  const { search } = usePageSearch();
  return (
    <Panel title="What is different" note={model.note}>
      <div className="px-3 pb-2.5">
        {model.empty !== null && <p className="text-dim">{model.empty}</p>}
        <ol className="flex flex-col gap-1.5">
          {model.rows.map((row) => (
            <DifferentLine key={row.pattern} row={row} search={spanSearch(search)} />
          ))}
        </ol>
        {model.otherCount > 0 && (
          <Link
            to="/patterns"
            search={{ ...spanSearch(search), sort: '-extra' }}
            className="mt-2 block text-sm text-blue"
          >
            {model.otherCount} more {model.otherCount === 1 ? 'pattern' : 'patterns'}
          </Link>
        )}
      </div>
    </Panel>
  );
}

function DifferentLine({ row, search }: { row: DifferentRow; search: PageSearch }) {
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_104px] items-baseline gap-x-3">
      <Link
        to="/pattern"
        search={{ ...search, pattern: row.pattern }}
        className="min-w-0 truncate hover:underline"
        title={row.pattern}
      >
        <code>{row.pattern}</code>
      </Link>
      <span className={`text-right ${row.isWorse ? 'font-medium text-verm' : 'text-dim'}`}>{row.extra}</span>
      <div aria-hidden="true" className="h-[3px] self-center rounded-full bg-soft">
        <div
          className={`h-full rounded-full ${row.isWorse ? 'bg-verm' : 'bg-past'}`}
          style={{ width: `${(row.share * 100).toFixed(1)}%` }}
        />
      </div>
      <span className="text-right text-xs whitespace-nowrap text-dim">{row.ratios}</span>
    </li>
  );
}
