import { formatDateTime, formatUtc } from '#client/lib/formatTime.ts';
import type { Mark } from '#shared/series.ts';
import { bandText } from '../chartBand.ts';
import type { TimeChartModel } from '../chartModel.ts';
import { MarkLink } from './MarkLink.tsx';
import { placeMarks } from './placeMarks.ts';

interface ChartTableProps {
  model: TimeChartModel;
  format: (value: number) => string;
  marks: readonly Mark[];
}

/** The marks and the numbers of a chart, newest first. */
export function ChartTable({ model, format, marks }: ChartTableProps) {
  return (
    <>
      <MarkList marks={placeMarks(marks, spanOf(model)).map(({ mark }) => mark)} />
      <NumberTable model={model} format={format} />
    </>
  );
}

function spanOf({ fromMs, stepMs, stepCount }: TimeChartModel) {
  return { fromMs, toMs: fromMs + stepMs * stepCount };
}

function MarkList({ marks }: { marks: readonly Mark[] }) {
  if (marks.length === 0) return null;
  return (
    <ul aria-label="Marks" className="pb-1 text-sm">
      {marks.toReversed().map((mark) => (
        <li key={`${mark.atMs} ${mark.text}`} className="break-words">
          <MarkLink mark={mark} className={mark.auditSequence === undefined ? '' : 'text-blue'}>
            {formatDateTime(mark.atMs)} {mark.text}
          </MarkLink>
        </li>
      ))}
    </ul>
  );
}

function NumberTable({ model, format }: Omit<ChartTableProps, 'marks'>) {
  const columns = model.before ? [...model.series, model.before] : model.series;
  const steps = Array.from({ length: model.stepCount }, (_, index) => model.stepCount - 1 - index);
  return (
    <table className="w-full text-sm">
      <thead>
        <tr className="text-dim">
          <th scope="col" className="sticky top-0 bg-panel text-left font-normal">
            Time
          </th>
          {columns.map(({ label }) => (
            <th key={label} scope="col" className="sticky top-0 bg-panel pl-3 text-right font-normal">
              {label}
            </th>
          ))}
          {model.band && (
            <th scope="col" className="sticky top-0 bg-panel pl-3 text-right font-normal">
              {model.band.label}
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {steps.map((index) => (
          <tr key={index}>
            <th scope="row" className="text-left font-normal whitespace-nowrap">
              {formatDateTime(model.fromMs + index * model.stepMs)}
            </th>
            {columns.map(({ label, values }) => {
              const value = values[index] ?? null;
              return (
                <td key={label} className="pl-3 text-right">
                  {value === null ? <span title="not measured">–</span> : format(value)}
                </td>
              );
            })}
            {model.band && <td className="pl-3 text-right">{bandText(model.band, index, format) ?? '–'}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Tab-separated, times in UTC, numbers unrounded; a gap is empty. */
export function chartText(model: TimeChartModel): string {
  const lowest = model.band ? [{ label: `${model.band.label}, lowest`, values: model.band.low }] : [];
  const highest = model.band ? [{ label: `${model.band.label}, highest`, values: model.band.high }] : [];
  const columns = [...model.series, ...(model.before ? [model.before] : []), ...lowest, ...highest];
  const lines = Array.from({ length: model.stepCount }, (_, index) => {
    const values = columns.map(({ values: own }) => own[index] ?? '');
    return [formatUtc(model.fromMs + index * model.stepMs), ...values].join('\t');
  });
  return [['time', ...columns.map(({ label }) => label)].join('\t'), ...lines].join('\n');
}
