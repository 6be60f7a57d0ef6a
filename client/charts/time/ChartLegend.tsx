import { type ChartSeries, colourOf } from '../chartModel.ts';

/** Names of the bands in the order of the stack, top first; long names are cut, and whole on hover. */
export function ChartLegend({ series }: { series: readonly ChartSeries[] }) {
  return (
    <span className="mt-1 flex flex-col gap-px max-md:flex-row max-md:flex-wrap max-md:gap-x-3">
      {series.map(({ label, colour, isCode }) => (
        <span key={label} title={label} className="flex min-w-0 items-center gap-1 text-xs text-dim">
          <i className="size-2.5 shrink-0 rounded-xs" style={{ background: colourOf(colour) }} />
          <span className={isCode === true ? 'truncate font-mono' : 'truncate'}>{label}</span>
        </span>
      ))}
    </span>
  );
}
