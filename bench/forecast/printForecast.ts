import { printAims } from '#bench/printReports.ts';
import type { ForecastReport } from './measureForecast.ts';

const round = (value: number): number => Math.round(value * 10) / 10;

export function printForecast(report: ForecastReport): void {
  const { forecastPeakPerSecond, measuredPeakPerSecond, forecastReloads, measuredReloads } = report;
  console.log(`\nA purge of ${report.keyCount} keys of the demo in stages, forecast and measured`);
  console.log(report.outcome);
  console.table({
    'before the purge, loads/s': { forecast: round(report.currentPerSecond), measured: null },
    'highest step of 5 s, loads/s': {
      forecast: round(forecastPeakPerSecond),
      measured: round(measuredPeakPerSecond),
    },
    'loads besides these': { forecast: Math.round(forecastReloads), measured: Math.round(measuredReloads) },
  });
  const difference = Math.abs(measuredPeakPerSecond / forecastPeakPerSecond - 1);
  printAims([
    { what: 'difference at the peak', measured: difference, aim: 'below 0.3', isMet: difference < 0.3 },
    {
      what: 'reloads measured',
      measured: measuredReloads,
      aim: '500 or more',
      isMet: measuredReloads >= 500,
    },
  ]);
}
