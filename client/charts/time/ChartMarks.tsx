import { formatMoment } from '#client/lib/formatTime.ts';
import type { Mark } from '#shared/series.ts';
import { AXIS_WIDTH_PX } from './plotBox.ts';

interface ChartMarksProps {
  marks: readonly Mark[];
  fromMs: number;
  toMs: number;
  /** Only one chart of a stack writes what the marks are. */
  hasText: boolean;
}

/** A line for each mark across the plot, in one overlay; the chart below need not know. */
export function ChartMarks({ marks, fromMs, toMs, hasText }: ChartMarksProps) {
  const inside = marks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs);
  return (
    <div className="pointer-events-none absolute inset-y-0 left-0" style={{ right: AXIS_WIDTH_PX }}>
      {inside.map((mark) => {
        const ratio = (mark.atMs - fromMs) / (toMs - fromMs);
        const isLate = ratio > 0.6;
        return (
          <div
            key={`${mark.kind} ${mark.atMs} ${mark.text}`}
            className="absolute inset-y-0 border-l border-edge"
            style={{ left: `${(ratio * 100).toFixed(3)}%` }}
          >
            {hasText && (
              <span
                className={`absolute bottom-1 max-w-56 truncate rounded-sm bg-panel px-1 text-xs text-dim ${isLate ? 'right-1' : 'left-1'}`}
              >
                {formatMoment(mark.atMs, { fromMs, toMs })} {mark.text}
              </span>
            )}
          </div>
        );
      })}
    </div>
  );
}
