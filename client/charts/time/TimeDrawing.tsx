import { useCallback, useMemo } from 'react';
import {
  Area,
  Bar,
  CartesianGrid,
  ComposedChart,
  ErrorBar,
  Line,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts';
import {
  type ChartRow,
  colourOf,
  largestValue,
  prepareChartRows,
  roundTop,
  type TimeChartModel,
} from '../chartModel.ts';
import { useElementSize } from '../useElementSize.ts';
import { ChartHover } from './ChartHover.tsx';
import { AXIS_WIDTH_PX } from './plotBox.ts';

export interface TimeDrawingProps {
  kind: 'line' | 'stack' | 'bar';
  model: TimeChartModel;
  format: (value: number) => string;
  heightPx: number;
  syncId?: string;
}

const margin = { top: 6, right: 0, bottom: 7, left: 0 };
const axisTick = { fontSize: 10.5, fill: 'var(--faint)' };

/** The only file that draws with recharts; in a chunk of its own. */
export default function TimeDrawing({ kind, model, format, heightPx, syncId }: TimeDrawingProps) {
  const [element, { widthPx }] = useElementSize();
  const formatAxis = useCallback((value: number) => shortTick(format(Math.abs(value))), [format]);
  const rows = useMemo(() => [...prepareChartRows(model)], [model]);
  const top = model.yMax ?? roundTop(largestValue(model, kind !== 'line'));
  const isMirrored = model.series.some(({ isBelow }) => isBelow === true);
  const domain = useMemo(() => [isMirrored ? -top : 0, top], [isMirrored, top]);
  const ticks = useMemo(() => (isMirrored ? [-top, 0, top] : [0, top / 2, top]), [isMirrored, top]);
  const span = useMemo(() => [model.fromMs, model.fromMs + model.stepMs * model.stepCount], [model]);
  return (
    <div ref={element} className="h-full">
      {widthPx > 0 && (
        <ComposedChart
          width={widthPx}
          height={heightPx}
          data={rows}
          margin={margin}
          accessibilityLayer={false}
          barCategoryGap={1}
          stackOffset={isMirrored ? 'sign' : 'none'}
          {...(syncId === undefined ? {} : { syncId, syncMethod: 'value' as const })}
        >
          <CartesianGrid vertical={false} stroke="var(--line)" />
          <XAxis dataKey="atMs" type="number" domain={span} hide />
          <YAxis
            orientation="right"
            width={AXIS_WIDTH_PX}
            domain={domain}
            ticks={ticks}
            tickFormatter={formatAxis}
            tick={axisTick}
            axisLine={false}
            tickLine={false}
            interval={0}
          />
          <Tooltip
            isAnimationActive={false}
            cursor={{ stroke: 'var(--edge)', strokeWidth: 1 }}
            content={<ChartHover model={model} format={format} />}
          />
          {model.before && (
            <Line dataKey="before" stroke="var(--base)" strokeWidth={4} strokeOpacity={0.45} {...still} />
          )}
          {kind === 'line' && drawBand(model)}
          {model.series.map((series, place) => drawSeries({ kind, series, place }))}
          {kind === 'line' && drawUnfinished(model)}
          {kind === 'stack' && drawPeaks(model)}
          {kind === 'bar' && drawErrors(model)}
          {model.limit && <ReferenceLine y={model.limit.value} stroke="var(--text)" strokeDasharray="5 3" />}
        </ComposedChart>
      )}
    </div>
  );
}

/** `50.0 %` and `1.00/s` say no more than `50 %` and `1/s` beside an axis. */
function shortTick(text: string): string {
  return text.replace(/\.0+(?!\d)/, '');
}

const motionless = { isAnimationActive: false } as const;

/** Given by place of the function, which recharts compares: they are made once. */
function bandRange({ low, high }: ChartRow): [number, number] | null {
  return low === null || low === undefined || high === null || high === undefined ? null : [low, high];
}

function barTop(row: ChartRow): number | null {
  const parts = Object.entries(row).flatMap(([key, value]) => (/^s\d+$/.test(key) ? (value ?? []) : []));
  return bandRange(row) === null ? null : parts.reduce((sum, value) => sum + value, 0);
}

/** None where there is no bar: a comb of them would tell the size of the sample and nothing else. */
function barError(row: ChartRow): [number, number] | null {
  const range = bandRange(row);
  const top = barTop(row);
  return range === null || top === null || top === 0 ? null : [top - range[0], range[1] - top];
}

const still = { isAnimationActive: false, dot: false, activeDot: false, type: 'linear' } as const;

/** What the steps of the last line hide, pale behind it. */
function drawBand({ band, series }: TimeChartModel) {
  const colour = colourOf(series.at(-1)?.colour ?? 'base');
  return band && <Area dataKey={bandRange} stroke="none" fill={colour} fillOpacity={0.18} {...still} />;
}

function drawUnfinished({ isLastUnfinished = false, series }: TimeChartModel) {
  if (!isLastUnfinished) return null;
  return series.map(({ label, colour }, place) => (
    <Line
      key={`${label} unfinished`}
      dataKey={`u${place}`}
      stroke={colourOf(colour)}
      strokeWidth={1.6}
      strokeDasharray="2 3"
      {...still}
    />
  ));
}

/** The highest that the steps of a stack hide, over it. */
function drawPeaks({ band }: TimeChartModel) {
  return band && <Line dataKey="high" stroke="var(--text)" strokeWidth={1} strokeOpacity={0.6} {...still} />;
}

/** On a line of its own that is not seen, since the whisker belongs to the sum of what is stacked. */
function drawErrors({ band }: TimeChartModel) {
  if (!band) return null;
  return (
    <Line dataKey={barTop} stroke="none" {...still}>
      <ErrorBar
        dataKey={barError}
        direction="y"
        stroke="var(--dim)"
        strokeWidth={1}
        width={3}
        {...motionless}
      />
    </Line>
  );
}

interface SeriesDrawing {
  readonly kind: TimeDrawingProps['kind'];
  readonly series: TimeChartModel['series'][number];
  readonly place: number;
}

function drawSeries({ kind, series, place }: SeriesDrawing) {
  const colour = colourOf(series.colour);
  const key = series.label;
  switch (kind) {
    case 'line':
      return <Line key={key} dataKey={`s${place}`} stroke={colour} strokeWidth={1.7} {...still} />;
    case 'stack':
      return (
        <Area
          key={key}
          dataKey={`s${place}`}
          stackId="stack"
          stroke={colour}
          strokeWidth={0.8}
          fill={colour}
          fillOpacity={0.8}
          {...still}
        />
      );
    case 'bar':
      return <Bar key={key} dataKey={`s${place}`} stackId="stack" fill={colour} isAnimationActive={false} />;
    default:
      return kind satisfies never;
  }
}
