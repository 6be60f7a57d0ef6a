import { TimeChart, type TimeChartProps } from './time/TimeChart.tsx';

/** Lines over time with gaps, a grey line for before, and a dashed unfinished end. */
export function LineChart(props: TimeChartProps) {
  return <TimeChart kind="line" {...props} />;
}
