import { ChartFigure, type ChartLayout } from './ChartFigure.tsx';

export interface HistogramBar {
  /** The bucket in words: `1 min to 2 min`. */
  readonly label: string;
  /** On the axis, where there is room for it; most bars have none. */
  readonly tick?: string;
  readonly value: number;
  /** Filled behind the outline of now; absent = nothing to compare with. */
  readonly before?: number | null;
}

interface HistogramProps extends ChartLayout {
  title: string;
  summary: string;
  bars: readonly HistogramBar[];
  /** Stands apart at the end: keys without a TTL. */
  separate?: HistogramBar;
  format: (value: number) => string;
}

/** Counts by bucket. Now is outlined over before, filled in grey. */
export function Histogram({ title, summary, bars, separate, format, ...layout }: HistogramProps) {
  const all = separate === undefined ? bars : [...bars, separate];
  const max = Math.max(1e-9, ...all.flatMap(({ value, before }) => [value, before ?? 0]));
  return (
    <ChartFigure
      title={title}
      summary={summary}
      table={() => <BarsTable bars={all} format={format} />}
      tableText={() => all.map(({ label, value }) => `${label}\t${value}`).join('\n')}
      {...layout}
    >
      <div className="flex h-full items-stretch gap-px">
        {bars.map((bar) => (
          <HistogramColumn key={bar.label} bar={bar} max={max} format={format} />
        ))}
        {separate !== undefined && (
          <div className="ml-3 flex w-14 border-l border-line pl-3">
            <HistogramColumn bar={separate} max={max} format={format} />
          </div>
        )}
      </div>
    </ChartFigure>
  );
}

interface HistogramColumnProps {
  bar: HistogramBar;
  max: number;
  format: (value: number) => string;
}

function HistogramColumn({ bar, max, format }: HistogramColumnProps) {
  const before = bar.before ?? null;
  const hover = `${bar.label}: ${format(bar.value)}${before === null ? '' : `, before ${format(before)}`}`;
  return (
    <div title={hover} className="flex min-w-0 flex-1 flex-col hover:bg-soft">
      <div className="relative flex-1 border-b border-edge">
        {before !== null && (
          <div className="absolute inset-x-0 bottom-0 bg-past/40" style={{ height: share(before, max) }} />
        )}
        <div
          className="absolute inset-x-0 bottom-0 border-x border-t border-blue bg-blue/25"
          style={{ height: share(bar.value, max), visibility: bar.value > 0 ? 'visible' : 'hidden' }}
        />
      </div>
      <div className="h-4 overflow-visible text-xs whitespace-nowrap text-faint">{bar.tick ?? ''}</div>
    </div>
  );
}

/** A bucket that is not empty is seen, however small. */
function share(value: number, max: number): string {
  return value > 0 ? `max(2px, ${((value / max) * 100).toFixed(2)}%)` : '0';
}

function BarsTable({ bars, format }: { bars: readonly HistogramBar[]; format: (value: number) => string }) {
  const hasBefore = bars.some(({ before }) => before !== undefined && before !== null);
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="text-left text-dim">
          <th scope="col">Bucket</th>
          <th scope="col">Now</th>
          {hasBefore && <th scope="col">Before</th>}
        </tr>
      </thead>
      <tbody>
        {bars.map(({ label, value, before }) => (
          <tr key={label}>
            <th scope="row" className="text-left font-normal">
              {label}
            </th>
            <td>{format(value)}</td>
            {hasBefore && <td>{before === undefined || before === null ? '–' : format(before)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
