import type { AtRestReport } from './atRest.ts';
import type { FullPassReport, PassReport } from './fullPass.ts';
import type { LoadReport } from './getLoad.ts';
import type { HistoryReport } from './historyQueries.ts';
import type { PageReport } from './page/measurePage.ts';
import type { ScrapeReport } from './scrape/measureScrape.ts';

// Aims are PERFORMANCE promises of the README and of docs/: ratios within one run, because absolute figures of shared
// machines move by a factor of two.

interface Aim {
  readonly what: string;
  readonly measured: number;
  readonly isMet: boolean;
  readonly aim: string;
}

export function printFullPass(report: FullPassReport): void {
  const { bareScan, fullPass, memkeys } = report.passes;
  const { idle, polite, fullPass: busy, politeSeconds, perSecond } = report.neighbours;
  console.log(
    `\nA full pass over ${report.keyCount.toLocaleString('en')} keys, medians of ${report.runCount} runs`,
  );
  console.table({
    'bare SCAN of names, COUNT 1000': passRow(bareScan, memkeys),
    'ours: type, TTL, bytes, pattern': passRow(fullPass, memkeys),
    'redis-cli --memkeys as shipped': passRow(memkeys, memkeys),
  });
  console.log(`GETs of a neighbour, open loop at ${perSecond.toLocaleString('en')}/s, ms`);
  console.table({
    idle: loadRow(idle, idle),
    'during a full pass': loadRow(busy, idle),
    'during a polite pass': loadRow(polite, idle),
  });
  const toMemkeys = fullPass.keysPerSecond / memkeys.keysPerSecond;
  const toScan = fullPass.keysPerSecond / bareScan.keysPerSecond;
  const p90Ratio = polite.p90Ms / idle.p90Ms;
  const politeSecondsPerMillion = (politeSeconds / report.keyCount) * 1_000_000;
  printAims([
    { what: 'full pass / redis-cli --memkeys', measured: toMemkeys, isMet: toMemkeys >= 4, aim: '>= 4' },
    { what: 'full pass / bare SCAN', measured: toScan, isMet: toScan >= 0.25, aim: '>= 0.25' },
    {
      what: 'polite: seconds for 1,000,000 keys',
      measured: politeSecondsPerMillion,
      isMet: politeSecondsPerMillion <= 60,
      aim: '<= 60',
    },
    { what: 'polite: p90 of neighbours / idle', measured: p90Ratio, isMet: p90Ratio <= 1.3, aim: '<= 1.3' },
  ]);
}

export function printAtRest(report: AtRestReport): void {
  console.log(`\nThe server at rest, one target and one viewer, ${report.seconds} s`);
  printAims([
    {
      what: 'CPU, % of a core',
      measured: report.cpuRatio * 100,
      isMet: report.cpuRatio <= 0.02,
      aim: '<= 2',
    },
    {
      what: 'memory, MiB',
      measured: report.residentMebibytes,
      isMet: report.residentMebibytes <= 120,
      aim: '<= 120',
    },
    {
      what: 'commands to Redis per second, sampling apart',
      measured: report.commandsPerSecond,
      isMet: report.commandsPerSecond <= 5,
      aim: '<= 5',
    },
  ]);
  console.table({
    'commands of sampling rounds per second': { measured: round(report.samplingCommandsPerSecond) },
    'CPU of Redis, % of a core': { measured: round(report.redisCpuRatio * 100) },
    'connections to Redis': { measured: report.redisConnectionCount },
  });
}

export function printHistory(report: HistoryReport): void {
  console.log(`\nThe history, ${report.patternCount} patterns, ${report.days} days`);
  printAims([
    {
      what: 'table of all patterns over 7 days, p95 CPU ms',
      measured: report.tableP95Ms,
      isMet: report.tableP95Ms <= 100,
      aim: '<= 100',
    },
    {
      what: 'curves of one pattern over 7 days, p95 CPU ms',
      measured: report.curvesP95Ms,
      isMet: report.curvesP95Ms <= 100,
      aim: '<= 100',
    },
    {
      what: 'who counted what, all patterns over 7 days, p95 CPU ms',
      measured: report.originsP95Ms,
      isMet: report.originsP95Ms <= 100,
      aim: '<= 100',
    },
  ]);
  console.table({
    'the same table as the first question after a start, ms': { measured: round(report.tableFirstMs) },
    'a step of 10 s recorded, p50 ms': { measured: round(report.writeP50Ms) },
    'a step of 10 s recorded, p95 ms': { measured: round(report.writeP95Ms) },
    'upkeep of a minute, p95 ms': { measured: round(report.upkeepP95Ms) },
  });
}

export function printPage(report: PageReport): void {
  console.log(
    `\nThe page in Chromium (software rendering), ${report.patternCount.toLocaleString('en')} patterns`,
  );
  const { droppedRatio } = report.scrolling;
  printAims([
    below('script until the first number, KiB gzip', report.firstScriptKib, 160),
    below('first number at 4x CPU throttle, ms', report.firstNumberMs, 1_000),
    below('sort of all rows, ms', report.sortMs, 200),
    below('frames dropped while scrolling, %', droppedRatio * 100, 5),
  ]);
  console.table({
    'script with what comes later, KiB gzip': { measured: round(report.allScriptKib) },
    'filter of all rows, ms': { measured: round(report.filterMs) },
    'longest frame while scrolling, ms': { measured: round(report.scrolling.longestFrameMs) },
    'one refresh, ms of the main thread': { measured: round(report.refreshMs) },
    'answer of one refresh, KiB': { measured: round(report.answerKib) },
  });
}

function below(what: string, measured: number, most: number): Aim {
  return { what, measured, isMet: measured <= most, aim: `<= ${most}` };
}

export function printScrape(report: ScrapeReport): void {
  const { targetCount, seriesPerTarget, cpuMsPerRound, idleCpuMsPerRound } = report;
  console.log(
    `\nReading ${targetCount} metrics pages of ${seriesPerTarget} series, ${report.roundCount} rounds of 5 s`,
  );
  printAims([
    {
      what: 'CPU of the server for a round, ms, less that without targets',
      measured: cpuMsPerRound - idleCpuMsPerRound,
      isMet: cpuMsPerRound - idleCpuMsPerRound <= 1_000,
      aim: '<= 1000',
    },
    {
      what: 'pages read without a fault',
      measured: targetCount,
      isMet: targetCount === 200,
      aim: '200',
    },
  ]);
  console.table({
    'CPU without targets, ms in the same time': { measured: round(idleCpuMsPerRound) },
    'memory, MiB': { measured: round(report.residentMebibytes) },
    'slowest reading, ms': { measured: round(report.slowestMs) },
  });
}

function passRow(pass: PassReport, memkeys: PassReport): Readonly<Record<string, number>> {
  return {
    'keys/s': Math.round(pass.keysPerSecond),
    'x memkeys': round(pass.keysPerSecond / memkeys.keysPerSecond),
    'server us/key': round(pass.serverMicrosPerKey),
    'client us/key': round(pass.clientMicrosPerKey),
  };
}

function loadRow(load: LoadReport, idle: LoadReport): Readonly<Record<string, number>> {
  return {
    'GET/s': Math.round(load.perSecond),
    p50: round(load.p50Ms),
    p90: round(load.p90Ms),
    p99: round(load.p99Ms),
    'p90 x idle': round(load.p90Ms / idle.p90Ms),
  };
}

export function printAims(aims: readonly Aim[]): void {
  console.table(
    Object.fromEntries(
      aims.map(({ what, measured, isMet, aim }) => [
        what,
        { measured: round(measured), aim, met: isMet ? 'yes' : 'NO' },
      ]),
    ),
  );
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
