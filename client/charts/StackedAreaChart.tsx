import { TimeChart, type TimeChartProps } from './time/TimeChart.tsx';

/** Absolute amounts over time on top of each other: never shares of 100 %, which hide growth. */
export function StackedAreaChart(props: TimeChartProps) {
  return <TimeChart kind="stack" {...props} />;
}
