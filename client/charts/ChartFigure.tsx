import { Table2 } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { CopyButton } from '#client/ui/CopyButton.tsx';

export interface ChartLayout {
  /** `side`: the title stands left of the drawing, as in a stack of charts; `top`: above it. */
  readonly layout?: 'side' | 'top';
  readonly heightPx: number;
  /** Under the title: what it counts, its unit, its basis. */
  readonly note?: ReactNode;
}

interface ChartFigureProps extends ChartLayout {
  title: string;
  summary: string;
  legend?: ReactNode;
  /** The same numbers as a table. */
  table: () => ReactNode;
  /** And as text to paste into a sheet. */
  tableText: () => string;
  children: ReactNode;
}

/** What every chart has: a title, a sentence for those who cannot see it, and its numbers as a table. */
export function ChartFigure(props: ChartFigureProps) {
  const { title, summary, layout = 'top', heightPx, note, legend, table, tableText, children } = props;
  const [isTable, setIsTable] = useState(false);
  const isSide = layout === 'side';
  return (
    <figure
      aria-label={title}
      className={isSide ? 'grid min-w-0 gap-x-2.5 md:grid-cols-[150px_minmax(0,1fr)]' : 'min-w-0'}
    >
      <figcaption className={isSide ? 'min-w-0' : 'flex flex-wrap items-baseline gap-x-2 pb-1'}>
        <span className="flex items-center gap-1 font-medium">
          {title}
          <button
            type="button"
            aria-pressed={isTable}
            aria-label={`${title} as a table`}
            title="View as a table"
            className="rounded p-1 text-faint hover:text-text"
            onClick={() => setIsTable(!isTable)}
          >
            <Table2 size={12} />
          </button>
        </span>
        {note !== undefined && (
          <span className="block text-sm leading-snug font-normal text-dim">{note}</span>
        )}
        {legend}
        <span className="sr-only">{summary}</span>
      </figcaption>
      {isTable ? (
        <div className="overflow-auto" style={{ height: heightPx }}>
          {/* Also what makes this scrolling region reachable by keys. */}
          <CopyButton label={`Copy the numbers of ${title}`} text={tableText}>
            Copy
          </CopyButton>
          {table()}
        </div>
      ) : (
        <div aria-hidden="true" className="relative min-w-0" style={{ height: heightPx }}>
          {children}
        </div>
      )}
    </figure>
  );
}
