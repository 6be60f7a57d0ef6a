import { lazy, Suspense, useMemo } from 'react';
import type { Mark } from '#shared/series.ts';
import { ChartFigure, type ChartLayout } from '../ChartFigure.tsx';
import { isKnownAnywhere, type TimeChartModel } from '../chartModel.ts';
import { ChartLegend } from './ChartLegend.tsx';
import { ChartMarks } from './ChartMarks.tsx';
import { ChartTable, chartText } from './ChartTable.tsx';
import { TimeAxis } from './TimeAxis.tsx';

const TimeDrawing = lazy(() => import('./TimeDrawing.tsx'));

export interface TimeChartProps extends ChartLayout {
  /** Keep it the same object while nothing changed. */
  model: TimeChartModel;
  format: (value: number) => string;
  marks?: readonly Mark[];
  hasMarkText?: boolean;
  /** False where another chart of the stack has the axis. */
  hasTimeAxis?: boolean;
  hasLegend?: boolean;
  /** Charts of one name show their hovers together. */
  syncId?: string;
}

const noMarks: readonly Mark[] = [];

/** The common part of `LineChart`, `StackedAreaChart` and `BarChart`. The drawing is loaded when the first chart is shown. */
export function TimeChart({ kind, ...props }: TimeChartProps & { kind: 'line' | 'stack' | 'bar' }) {
  const { model, format, marks = noMarks, hasLegend = model.series.length > 1 } = props;
  const toMs = model.fromMs + model.stepMs * model.stepCount;
  const isEmpty = useMemo(() => !isKnownAnywhere(model), [model]);
  const legend = useMemo(() => [...model.series].reverse(), [model]);
  return (
    <>
      <ChartFigure
        title={model.title}
        summary={model.summary}
        layout={props.layout ?? 'top'}
        heightPx={props.heightPx}
        note={props.note}
        legend={hasLegend ? <ChartLegend series={kind === 'line' ? model.series : legend} /> : undefined}
        table={() => <ChartTable model={model} format={format} marks={marks} />}
        tableText={() => chartText(model)}
      >
        {isEmpty && (
          <p className="absolute inset-0 z-10 grid place-items-center text-dim">
            {model.whyEmpty ?? 'not measured in this span'}
          </p>
        )}
        <Suspense fallback={<div className="skeleton h-full" />}>
          <TimeDrawing
            kind={kind}
            model={model}
            format={format}
            heightPx={props.heightPx}
            {...(props.syncId === undefined ? {} : { syncId: props.syncId })}
          />
        </Suspense>
        <ChartMarks marks={marks} fromMs={model.fromMs} toMs={toMs} hasText={props.hasMarkText ?? false} />
      </ChartFigure>
      {props.hasTimeAxis !== false && (
        <div className={props.layout === 'side' ? 'md:pl-40' : undefined}>
          <TimeAxis fromMs={model.fromMs} toMs={toMs} />
        </div>
      )}
    </>
  );
}
