import { formatMoment, formatTick } from '#client/lib/formatTime.ts';
import type { Mark } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import { MarkLink } from '../time/MarkLink.tsx';
import { placeMarks } from '../time/placeMarks.ts';
import { timeTicks } from '../time/timeTicks.ts';

interface StripAxisProps {
  span: TimeSpan;
  widthPx: number;
  marks: readonly Mark[];
}

/**
 * Clocks over a stack of strips, and what happened at the time: marks say it on hover. They stand in a row of their own, since a mark
 * upon a clock hides both.
 */
export function StripAxis({ span, widthPx, marks }: StripAxisProps) {
  const { fromMs, toMs } = span;
  const ticks = timeTicks(span, Math.max(2, Math.floor(widthPx / 80)));
  const leftOf = (atMs: number) => `${(((atMs - fromMs) / (toMs - fromMs)) * 100).toFixed(3)}%`;
  return (
    <div aria-hidden="true" style={{ width: widthPx }}>
      <div className="relative h-4 text-xs text-faint">
        {ticks.map((atMs) => (
          <span
            key={atMs}
            className="absolute -translate-x-1/2 whitespace-nowrap leading-4"
            style={{ left: leftOf(atMs) }}
          >
            {formatTick(atMs)}
          </span>
        ))}
      </div>
      <div className="relative h-2.5">
        {placeMarks(marks, span).map(({ mark }) => (
          <MarkLink
            key={`${mark.kind} ${mark.atMs} ${mark.text}`}
            mark={mark}
            tabIndex={-1}
            title={`${formatMoment(mark.atMs, span)} ${mark.text}`}
            className="absolute inset-0 pointer-events-none"
          >
            <i
              className="pointer-events-auto absolute bottom-0.5 size-1.5 -translate-x-1/2 rotate-45 bg-dim"
              style={{ left: leftOf(mark.atMs) }}
            />
          </MarkLink>
        ))}
      </div>
    </div>
  );
}
