import { clsx } from 'clsx';
import type { ReactNode } from 'react';
import type { Severity } from './SeveritySign.tsx';
import { SeveritySign } from './SeveritySign.tsx';

interface TileProps {
  label: string;
  /** The figure without its unit; a dash when it is not known. */
  value: ReactNode;
  unit?: ReactNode;
  /** What it was before, or why it is not known. */
  before?: ReactNode;
  /** Age and source of the figure. */
  source?: ReactNode;
  spark?: ReactNode;
  /** Worse than its own baseline; absent = as usual. */
  severity?: Severity;
}

const figureColours = { critical: 'text-verm', warning: 'text-amber', note: 'text-text' };

/** One figure with its unit, baseline, small curve, age and source. */
export function Tile({ label, value, unit, before, source, spark, severity }: TileProps) {
  return (
    <div className="flex min-w-0 flex-col px-3 py-2">
      <div className="flex items-center gap-1.5 text-sm text-dim">
        {severity !== undefined && <SeveritySign severity={severity} size={12} />}
        {label}
      </div>
      <div
        className={clsx(
          'text-figure leading-tight font-[620] tracking-tight',
          severity && figureColours[severity],
        )}
      >
        {value}{' '}
        {unit !== undefined && (
          <small className="text-base font-normal tracking-normal text-dim">{unit}</small>
        )}
      </div>
      <div className="mt-auto flex items-end justify-between gap-2 text-sm text-dim">
        <span>{before}</span>
        {spark}
      </div>
      <div className="text-xs text-faint">{source}</div>
    </div>
  );
}
