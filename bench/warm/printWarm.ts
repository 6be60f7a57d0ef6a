import { printAims } from '#bench/printReports.ts';
import { SAFE_CAPACITY_RATIO } from '#server/jobs/purge/forecast/chooseMethod.ts';
import type { WarmReport } from './measureWarm.ts';

const seconds = (ms: number): number => Math.round(ms / 100) / 10;
const percent = (ratio: number): number => Math.round(ratio * 1_000) / 10;

export function printWarm(report: WarmReport): void {
  const { plannedMs, measuredMs, peakLoadsPerSecond, capacityPerSecond, hitRates, cancelMs } = report;
  console.log(
    `\nA warm-up of ${Math.round(report.plannedCount)} entries of the demo under load, after FLUSHALL`,
  );
  console.log(report.outcome);
  console.table({
    'takes, s': { plan: seconds(plannedMs), measured: seconds(measuredMs) },
    'highest step of 5 s, loads/s': {
      plan: SAFE_CAPACITY_RATIO * capacityPerSecond,
      measured: Math.round(peakLoadsPerSecond),
    },
  });
  console.table({
    'hit rate of its entries, %': {
      usual: percent(hitRates.before),
      emptied: percent(hitRates.cold),
      warmed: percent(hitRates.after),
    },
  });
  const difference = Math.abs(measuredMs / plannedMs - 1);
  const share = peakLoadsPerSecond / capacityPerSecond;
  printAims([
    {
      what: 'planned entries',
      measured: report.plannedCount,
      aim: '>= 40,000',
      isMet: report.plannedCount >= 40_000,
    },
    { what: 'difference of the duration', measured: difference, aim: '<= 0.25', isMet: difference <= 0.25 },
    {
      what: 'highest share of the capacity',
      measured: share,
      aim: '<= 0.8',
      isMet: share <= SAFE_CAPACITY_RATIO,
    },
    {
      what: 'hit rate after / usual',
      measured: hitRates.after / hitRates.before,
      aim: '>= 1',
      isMet: hitRates.after >= hitRates.before,
    },
    { what: 'runs of two starts', measured: report.startedCount, aim: '1', isMet: report.startedCount === 1 },
    { what: 'cancel, s', measured: cancelMs / 1_000, aim: '<= 2', isMet: cancelMs <= 2_000 },
    {
      what: 'loads after the cancel',
      measured: report.loadsAfterCancel,
      aim: '0',
      isMet: report.loadsAfterCancel === 0,
    },
  ]);
}
