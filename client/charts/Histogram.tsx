import { ChartFigure, type ChartLayout } from './ChartFigure.tsx';

export interface HistogramBar {
  /** The bucket in words: `1 min to 2 min`. */
  readonly label: string;
  /** On the axis, where there is room for it; most bars have none. */
  readonly tick?: string;
  readonly value: number;
  /** Ends of the 95 % interval; absent = exact. */
  readonly low?: number;
  readonly high?: number;
  /** What stands behind the value: `1,204 of 10,075 sampled keys`. */
  readonly basis?: string;
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
  const max = Math.max(1e-9, ...all.flatMap(({ value, high, before }) => [value, high ?? 0, before ?? 0]));
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
  const interval = intervalText(bar, format);
  const hover = [
    `${bar.label}: ${format(bar.value)}`,
    ...(interval === null ? [] : [interval]),
    ...(bar.basis === undefined ? [] : [bar.basis]),
    ...(before === null ? [] : [`before ${format(before)}`]),
  ].join(', ');
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
        {bar.value > 0 && <Whisker bar={bar} max={max} />}
      </div>
      <div className="h-4 overflow-visible text-xs whitespace-nowrap text-faint">{bar.tick ?? ''}</div>
    </div>
  );
}

/** The 95 % interval as a line across the top of the bar. */
function Whisker({ bar: { low, high }, max }: { bar: HistogramBar; max: number }) {
  if (low === undefined || high === undefined) return null;
  return (
    <div
      className="absolute left-1/2 w-1.5 -translate-x-1/2 border-y border-dim before:absolute before:inset-y-0 before:left-1/2 before:border-l before:border-dim before:-translate-x-1/2"
      style={{ bottom: share(low, max), height: `${(((high - low) / max) * 100).toFixed(2)}%` }}
    />
  );
}

function intervalText({ low, high }: HistogramBar, format: (value: number) => string): string | null {
  if (low === undefined || high === undefined) return null;
  return `${format(low)} to ${format(high)} (95\u202f%)`;
}

/** A bucket that is not empty is seen, however small. */
function share(value: number, max: number): string {
  return value > 0 ? `max(2px, ${((value / max) * 100).toFixed(2)}%)` : '0';
}

function BarsTable({ bars, format }: { bars: readonly HistogramBar[]; format: (value: number) => string }) {
  const hasInterval = bars.some(({ low }) => low !== undefined);
  const hasBasis = bars.some(({ basis }) => basis !== undefined);
  const hasBefore = bars.some(({ before }) => before !== undefined && before !== null);
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="text-left text-dim">
          <th scope="col">Bucket</th>
          <th scope="col">Now</th>
          {hasInterval && <th scope="col">Interval</th>}
          {hasBasis && <th scope="col">Basis</th>}
          {hasBefore && <th scope="col">Before</th>}
        </tr>
      </thead>
      <tbody>
        {bars.map((bar) => (
          <tr key={bar.label}>
            <th scope="row" className="text-left font-normal">
              {bar.label}
            </th>
            <td>{format(bar.value)}</td>
            {hasInterval && <td>{intervalText(bar, format) ?? 'exact'}</td>}
            {hasBasis && <td>{bar.basis ?? '–'}</td>}
            {hasBefore && (
              <td>{bar.before === undefined || bar.before === null ? '–' : format(bar.before)}</td>
            )}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
