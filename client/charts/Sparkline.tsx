import { type ChartColour, colourOf } from './chartModel.ts';
import { sparkBounds, sparkPath } from './sparkPath.ts';

interface SparklineProps {
  values: readonly (number | null)[];
  /** Drawn in grey behind, on the same scale. */
  before?: readonly (number | null)[] | null;
  colour?: ChartColour;
  widthPx?: number;
  heightPx?: number;
  /** Fixed bounds, where curves of a column must compare; absent = its own. */
  bounds?: { readonly min: number; readonly max: number };
  /** Spoken; without it the curve is decoration beside a number. */
  label?: string;
}

/** A small curve as one path: hundreds of them cost less than one chart. */
export function Sparkline({
  values,
  before,
  colour = 'blue',
  widthPx = 90,
  heightPx = 20,
  bounds,
  label,
}: SparklineProps) {
  const found = bounds ?? sparkBounds([...values, ...(before ?? [])]);
  if (found === null) return <span className="text-xs text-faint">no data</span>;
  const box = { width: widthPx, height: heightPx, ...found };
  return (
    <svg
      width={widthPx}
      height={heightPx}
      viewBox={`0 0 ${widthPx} ${heightPx}`}
      className="shrink-0"
      role={label === undefined ? undefined : 'img'}
      aria-label={label}
      aria-hidden={label === undefined}
    >
      {before && <path d={sparkPath(before, box)} fill="none" stroke="var(--base)" strokeWidth="1.2" />}
      <path d={sparkPath(values, box)} fill="none" stroke={colourOf(colour)} strokeWidth="1.5" />
    </svg>
  );
}
