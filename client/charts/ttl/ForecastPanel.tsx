import { type ReactNode, useMemo, useState } from 'react';
import { formatCompact } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { Select } from '#client/ui/Select.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { ExpiryForecast } from '#shared/histogram/ttlHistogram.ts';
import { BarChart } from '../BarChart.tsx';
import type { TimeChartModel } from '../chartModel.ts';
import { type ForecastModel, prepareForecast } from './prepareForecast.ts';

const spans = [
  { value: '10min', text: 'next 10 min' },
  { value: '2h', text: 'next 2 h' },
] as const;
type Span = (typeof spans)[number]['value'];

interface ForecastPanelProps {
  title: ReactNode;
  forecasts: { readonly forecast10s: ExpiryForecast; readonly forecast1min: ExpiryForecast };
}

/** Expiries to come, of all keys or of one pattern; keys that are written later are not in it. */
export function ForecastPanel({ title, forecasts }: ForecastPanelProps) {
  const [span, setSpan] = useState<Span>('10min');
  // By ten seconds: steps leave the chart one by one, and nothing else of it changes.
  const nowMs = useNow(10_000);
  const forecast = span === '10min' ? forecasts.forecast10s : forecasts.forecast1min;
  const model = useMemo(() => prepareForecast({ forecast, nowMs }), [forecast, nowMs]);
  const chart = useMemo(() => forecastChart(model), [model]);
  return (
    <Panel
      title={title}
      note={model.summary}
      actions={<Select label="Span of the forecast" value={span} options={spans} onChange={setSpan} />}
    >
      {model.bars.length === 0 ? (
        <EmptyState isUnknown title="The forecast is over">
          It reaches only as far as the last sample foresaw. The next sample brings a new one.
        </EmptyState>
      ) : (
        <div className="px-3 pb-2">
          <Cliffs model={model} />
          <BarChart
            model={chart}
            format={model.isExact ? formatKeys : formatEstimatedKeys}
            heightPx={150}
            hasLegend={model.cliffs.length > 0}
            note={`per ${formatDuration(model.stepMs)}, of the keys that are there now; ${model.basis}${model.isExact ? '' : '; lines: 95\u202f% interval'}`}
          />
        </div>
      )}
    </Panel>
  );
}

function formatKeys(keys: number): string {
  return formatCompact(Math.round(keys));
}

function formatEstimatedKeys(keys: number): string {
  return `~${formatKeys(keys)}`;
}

function Cliffs({ model }: { model: ForecastModel }) {
  if (model.cliffs.length === 0) return null;
  return (
    <ul aria-label="Expiry cliffs" className="pb-1 text-amber">
      {model.cliffs.map(({ atMs, text }) => (
        <li key={atMs} className="flex items-center gap-1.5">
          <SeveritySign severity="warning" size={12} /> {text}
        </li>
      ))}
      {model.moreCliffs > 0 && <li>and {model.moreCliffs} more</li>}
    </ul>
  );
}

function forecastChart(model: ForecastModel): TimeChartModel {
  const usual = {
    label: 'as usual',
    colour: 'blue' as const,
    values: model.bars.map((bar) => (bar.isCliff ? 0 : bar.keyCount)),
  };
  const cliffs = {
    label: 'cliff',
    colour: 'amber' as const,
    values: model.bars.map((bar) => (bar.isCliff ? bar.keyCount : 0)),
  };
  return {
    title: 'Keys that expire',
    summary: [model.summary, ...model.cliffs.map(({ text }) => text)].join('; '),
    fromMs: model.bars[0]?.fromMs ?? 0,
    stepMs: model.stepMs,
    stepCount: model.bars.length,
    series: model.cliffs.length > 0 ? [usual, cliffs] : [usual],
    band: model.isExact
      ? null
      : {
          label: '95\u202f% interval',
          low: model.bars.map(({ low }) => low),
          high: model.bars.map(({ high }) => high),
        },
  };
}
