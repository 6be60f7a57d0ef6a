import { clsx } from 'clsx';
import { formatMoment } from '#client/lib/formatTime.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import type { Mark } from '#shared/series.ts';
import { MarkLink } from './MarkLink.tsx';
import { LATE_RATIO, NARROW_TEXT_RATIO, placeMarks, TEXT_RATIO } from './placeMarks.ts';
import { AXIS_WIDTH_PX } from './plotBox.ts';

interface ChartMarksProps {
  marks: readonly Mark[];
  fromMs: number;
  toMs: number;
  /** Only one chart of a stack writes what the marks are. */
  hasText: boolean;
}

/**
 * A line for each mark across the plot, in one overlay; the chart below need not know. What stands there is for the pointer:
 * the chart as a table lists the marks for everybody else.
 */
export function ChartMarks({ marks, fromMs, toMs, hasText }: ChartMarksProps) {
  const span = { fromMs, toMs };
  const textRatio = useIsPhone() ? NARROW_TEXT_RATIO : TEXT_RATIO;
  return (
    <div
      className="@container pointer-events-none absolute inset-y-0 left-0"
      style={{ right: AXIS_WIDTH_PX }}
    >
      {placeMarks(marks, span, textRatio).map(({ mark, ratio, hasText: hasRoom }) => {
        const text = `${formatMoment(mark.atMs, span)} ${mark.text}`;
        return (
          <div
            key={`${mark.kind} ${mark.atMs} ${mark.text}`}
            className="absolute inset-y-0 border-l border-edge"
            style={{ left: `${(ratio * 100).toFixed(3)}%` }}
          >
            <MarkLink
              mark={mark}
              title={text}
              tabIndex={-1}
              className="pointer-events-auto absolute -top-0.5 -left-[9px] grid size-4 place-items-center"
            >
              <i className="size-1.5 rotate-45 bg-dim" />
            </MarkLink>
            {hasText && hasRoom && (
              <MarkLink
                mark={mark}
                title={text}
                tabIndex={-1}
                style={{ maxWidth: `min(14rem, ${textRatio * 100}cqw)` }}
                className={clsx(
                  'absolute bottom-1 truncate rounded-sm bg-panel px-1 text-xs text-dim',
                  mark.auditSequence !== undefined && 'pointer-events-auto hover:underline',
                  ratio > LATE_RATIO ? 'right-1' : 'left-1',
                )}
              >
                {text}
              </MarkLink>
            )}
          </div>
        );
      })}
    </div>
  );
}
