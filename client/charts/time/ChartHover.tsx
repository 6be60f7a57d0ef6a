import { formatDateTime } from '#client/lib/formatTime.ts';
import { bandText } from '../chartBand.ts';
import { colourOf, type TimeChartModel } from '../chartModel.ts';

interface ChartHoverProps {
  model: TimeChartModel;
  format: (value: number) => string;
  /** Given by recharts. */
  active?: boolean;
  label?: string | number;
}

/** The values of one step beside the pointer, gaps included. */
export function ChartHover({ model, format, active = false, label }: ChartHoverProps) {
  if (!active || typeof label !== 'number') return null;
  const index = Math.round((label - model.fromMs) / model.stepMs);
  const lines = model.before ? [...model.series, model.before] : model.series;
  return (
    <div className="rounded-md border border-edge bg-raised px-2.5 py-1.5 text-sm">
      <div className="text-dim">{formatDateTime(label)}</div>
      {lines.map((series) => {
        const value = series.values[index] ?? null;
        return (
          <div key={series.label} className="flex items-center gap-1.5">
            <i className="size-2 rounded-xs" style={{ background: colourOf(series.colour) }} />
            <span className={series.isCode === true ? 'font-mono text-xs' : undefined}>{series.label}</span>
            <b className="ml-auto pl-3 font-medium">{value === null ? 'not measured' : format(value)}</b>
          </div>
        );
      })}
      {model.band && (
        <div className="text-dim">
          {model.band.label}: {bandText(model.band, index, format) ?? 'not known'}
        </div>
      )}
      {model.isLastUnfinished === true && index === model.stepCount - 1 && (
        <div className="text-dim">this step still runs</div>
      )}
    </div>
  );
}
