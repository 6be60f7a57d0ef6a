import { printAims } from './printReports.ts';
import type { ProbeReport } from './probe.ts';

const round = (value: number): number => Math.round(value * 100) / 100;

export function printProbe({ runCount, linesPerSecond, loads }: ProbeReport): void {
  const ratio = linesPerSecond.ours / linesPerSecond.ioredis;
  console.log(`\nThe live probe, medians of ${runCount} runs; lines of MONITOR in a second of our CPU`);
  console.table({
    'ours: keys and patterns': { 'lines/s': Math.round(linesPerSecond.ours) },
    'ioredis monitor() and patterns': { 'lines/s': Math.round(linesPerSecond.ioredis) },
  });
  printAims([{ what: 'lines, ours / ioredis', measured: ratio, isMet: ratio >= 2.4, aim: '>= 2.4' }]);
  console.log('GETs that Redis serves at its limit (redis-benchmark, 20 clients), x without the probe');
  console.table(
    Object.fromEntries(
      loads.map(({ pipeline, alone, attached, bursts }) => [
        `pipeline of ${pipeline}`,
        {
          'GET/s alone': Math.round(alone),
          attached: round(attached / alone),
          '200 ms every 5 s': round(bursts / alone),
        },
      ]),
    ),
  );
}
