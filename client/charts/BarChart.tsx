import { TimeChart, type TimeChartProps } from './time/TimeChart.tsx';

/** Amounts per step, stacked when there are several series. At most 120 steps (see mergeSteps). */
export function BarChart(props: TimeChartProps) {
  return <TimeChart kind="bar" {...props} />;
}
