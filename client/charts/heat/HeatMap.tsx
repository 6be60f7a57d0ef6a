import { type KeyboardEvent, type MouseEvent, useState } from 'react';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { TimeAxis } from '../time/TimeAxis.tsx';
import { HEAT_LEVELS, type HeatPath, heatPaths } from './heatPaths.ts';

export interface HeatMapRow {
  readonly id: string;
  /** -1 (far below the usual) to 1 (far above) for each step; null = not known. */
  readonly strengths: readonly (number | null)[];
}

interface HeatMapProps {
  readonly rows: readonly HeatMapRow[];
  readonly fromMs: number;
  readonly stepMs: number;
  readonly stepCount: number;
  /** What a cell says, for the pointer, the keys and those who cannot see it. */
  readonly textOf: (row: number, step: number) => string;
  /** What a row says as a whole. */
  readonly rowText: (row: number) => string;
  readonly onOpen: (id: string) => void;
}

interface Cell {
  readonly row: number;
  readonly step: number;
}

/** Rows of steps in diverging colours, hatched where nothing is known. Arrows walk the cells, Enter opens the row. */
export function HeatMap({ rows, fromMs, stepMs, stepCount, textOf, rowText, onOpen }: HeatMapProps) {
  const [cell, setCell] = useState<Cell | null>(null);
  return (
    <div>
      <ul>
        {rows.map((row, at) => (
          <li key={row.id}>
            <HeatLine
              row={row}
              stepCount={stepCount}
              step={cell?.row === at ? cell.step : null}
              label={rowText(at)}
              onStep={(step) => setCell({ row: at, step })}
              onOpen={() => onOpen(row.id)}
            />
          </li>
        ))}
      </ul>
      <div className="md:pl-56">
        <TimeAxis fromMs={fromMs} toMs={fromMs + stepMs * stepCount} />
      </div>
      <p role="status" className="min-h-5 text-sm text-dim">
        {cell === null ? 'Point at a cell, or walk with the arrows.' : textOf(cell.row, cell.step)}
      </p>
    </div>
  );
}

interface HeatLineProps {
  readonly row: HeatMapRow;
  readonly stepCount: number;
  /** The cell that is spoken of; null = none of this row. */
  readonly step: number | null;
  readonly label: string;
  readonly onStep: (step: number) => void;
  readonly onOpen: () => void;
}

function HeatLine({ row, stepCount, step, label, onStep, onOpen }: HeatLineProps) {
  const within = (next: number) => Math.max(0, Math.min(stepCount - 1, next));
  const walk = (event: KeyboardEvent<HTMLButtonElement>) => {
    const line = event.currentTarget.closest('li');
    const beside = event.key === 'ArrowDown' ? line?.nextElementSibling : line?.previousElementSibling;
    if (event.key === 'ArrowLeft') onStep(within((step ?? stepCount) - 1));
    else if (event.key === 'ArrowRight') onStep(within((step ?? -1) + 1));
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') beside?.querySelector('button')?.focus();
    else return;
    event.preventDefault();
  };
  const point = (event: MouseEvent<SVGSVGElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    onStep(within(Math.floor(((event.clientX - box.left) / box.width) * stepCount)));
  };
  return (
    <button
      type="button"
      aria-label={label}
      className="flex w-full items-center gap-2 text-left hover:bg-soft max-md:flex-col max-md:items-stretch max-md:gap-0"
      onKeyDown={walk}
      onClick={onOpen}
    >
      <MiddleText text={row.id} className="shrink-0 md:w-54" />
      <svg
        aria-hidden="true"
        viewBox={`0 0 ${stepCount} 1`}
        preserveAspectRatio="none"
        className="hatched h-4 min-w-0 flex-1"
        onMouseMove={point}
      >
        {heatPaths(row.strengths).map((path) => (
          <HeatCells key={path.level} path={path} />
        ))}
        {step !== null && (
          <rect
            x={step}
            width="1"
            height="1"
            fill="none"
            stroke="var(--text)"
            strokeWidth="2"
            vectorEffect="non-scaling-stroke"
          />
        )}
      </svg>
    </button>
  );
}

function HeatCells({ path: { level, d } }: { path: HeatPath }) {
  return (
    <>
      <path d={d} fill="var(--panel)" />
      {level !== 0 && (
        <path
          d={d}
          fill={level < 0 ? 'var(--verm)' : 'var(--blue)'}
          fillOpacity={Math.abs(level) / HEAT_LEVELS}
        />
      )}
    </>
  );
}
