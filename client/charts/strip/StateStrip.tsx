import { useId } from 'react';
import type { BreakerState } from '#shared/services/breakerState.ts';
import { type StripRun, stripRuns } from '#shared/services/stripCells.ts';

interface StateStripProps {
  /** As `foldStrip` wrote it. */
  cells: string;
  widthPx: number;
  heightPx?: number;
  /** Spoken; the shapes say the same. */
  label: string;
}

/**
 * States of a breaker over time, told apart by thickness and filling before colour: closed is a thin line, half-open hatched,
 * open a thick block; forced open is the block hollowed out, forced closed a double line. A gap was not read.
 */
export function StateStrip({ cells, widthPx, heightPx = 20, label }: StateStripProps) {
  const hatchId = useId();
  const cellPx = widthPx / Math.max(1, cells.length);
  return (
    <svg
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      role="img"
      aria-label={label}
    >
      <defs>
        <pattern
          id={hatchId}
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <path d="M0 0v4" stroke="var(--amber)" strokeWidth="1.8" />
        </pattern>
      </defs>
      {stripRuns(cells).map((run) => (
        <RunShape key={run.fromCell} run={run} cellPx={cellPx} heightPx={heightPx} hatchId={hatchId} />
      ))}
    </svg>
  );
}

interface RunShapeProps {
  run: StripRun;
  cellPx: number;
  heightPx: number;
  hatchId: string;
}

/** Narrower shapes could not be seen. */
const LEAST_WIDTH_PX = 2;

function RunShape({ run: { state, fromCell, cellCount }, cellPx, heightPx, hatchId }: RunShapeProps) {
  if (state === null) return null;
  const x = fromCell * cellPx;
  const width = Math.max(LEAST_WIDTH_PX, cellCount * cellPx);
  const box = (height: number) => ({ x, width, height, y: (heightPx - height) / 2 });
  return shapes[state](box, heightPx, hatchId);
}

type Box = (height: number) => { x: number; y: number; width: number; height: number };
type Shape = (box: Box, heightPx: number, hatchId: string) => React.JSX.Element;

const shapes: Readonly<Record<BreakerState, Shape>> = {
  closed: (box) => <rect {...box(2)} fill="var(--base)" />,
  disabled: (box) => (
    <>
      <rect {...box(8)} fill="none" stroke="var(--purple)" strokeWidth="1.5" />
    </>
  ),
  halfOpen: (box, heightPx, hatchId) => (
    <rect {...box(heightPx * 0.6)} fill={`url(#${hatchId})`} stroke="var(--amber)" strokeWidth="1" />
  ),
  open: (box, heightPx) => <rect {...box(heightPx * 0.85)} fill="var(--verm)" />,
  forcedOpen: (box, heightPx) => (
    <>
      <rect {...box(heightPx * 0.85)} fill="var(--verm-bg)" stroke="var(--verm)" strokeWidth="2" />
      <rect {...box(2)} fill="var(--verm)" />
    </>
  ),
};
