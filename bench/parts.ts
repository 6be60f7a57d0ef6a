import { measureAtRest } from './atRest.ts';
import { measureForecast } from './forecast/measureForecast.ts';
import { printForecast } from './forecast/printForecast.ts';
import { measureFullPass } from './fullPass.ts';
import { measureHistory } from './historyQueries.ts';
import { formatLibraryReport } from './library/report/formatLibraryReport.ts';
import { runLibrary } from './library/runLibrary.ts';
import { measurePage } from './page/measurePage.ts';
import { printProbe } from './printProbe.ts';
import { printAtRest, printFullPass, printHistory, printPage, printScrape } from './printReports.ts';
import { measureProbe } from './probe.ts';
import { measurePurge } from './purge/measurePurge.ts';
import { printPurge } from './purge/printPurge.ts';
import { measureScrape } from './scrape/measureScrape.ts';
import { measureWarm } from './warm/measureWarm.ts';
import { printWarm } from './warm/printWarm.ts';

export interface BenchOptions {
  readonly keyCount: number;
  readonly runCount: number;
  /** Of the measurement at rest. */
  readonly seconds: number;
  readonly isQuick: boolean;
  /** Of the library; null = all. */
  readonly chosen: readonly string[] | null;
  readonly writesDocs: boolean;
}

/** One measurement that can be asked for alone. */
export interface BenchPart {
  /** For `--only`. */
  readonly name: string;
  readonly help: string;
  /** Measures; what it gives is the report for `--json`, and its print for people. */
  readonly run: (options: BenchOptions) => Promise<{ readonly report: unknown; readonly print: () => void }>;
}

/** A minute of reading. */
const SCRAPE_ROUNDS = 12;

function part<Report>(
  name: string,
  help: string,
  { measure, print }: { measure(options: BenchOptions): Promise<Report>; print(report: Report): void },
): BenchPart {
  return {
    name,
    help,
    run: async (options) => {
      const report = await measure(options);
      return { report, print: () => print(report) };
    },
  };
}

export const parts: readonly BenchPart[] = [
  part(
    'pass',
    'a full pass over the keys against redis-cli --memkeys and a bare SCAN, and what neighbours feel',
    {
      measure: ({ keyCount, runCount }) => measureFullPass({ keyCount, runCount }),
      print: printFullPass,
    },
  ),
  part('rest', 'CPU and memory of the server with one target and one viewer while nothing happens', {
    measure: ({ seconds }) => measureAtRest(seconds),
    print: printAtRest,
  }),
  part('history', 'questions over 7 days of three weeks of 500 patterns, and what writing them costs', {
    measure: measureHistory,
    print: printHistory,
  }),
  part('page', 'the page in Chromium with 10,000 patterns: first load, sort, filter, scroll, refresh', {
    measure: measurePage,
    print: printPage,
  }),
  part(
    'probe',
    'lines of MONITOR parsed against ioredis, and what a GET load loses while the live probe runs',
    {
      measure: ({ runCount }) => measureProbe(runCount),
      print: printProbe,
    },
  ),
  part(
    'purge',
    'purges of a tag and of a pattern beside what a shell does, what neighbours feel, and a list of many tags; --quick: small',
    { measure: measurePurge, print: printPurge },
  ),
  part('forecast', 'a purge of the demo in stages: what its plan foretold beside what the services loaded', {
    measure: measureForecast,
    print: printForecast,
  }),
  part('warm', '50,000 keys of the demo warmed by an operator after its cache was emptied, beside the plan', {
    measure: measureWarm,
    print: printWarm,
  }),
  part('scrape', 'CPU of the server for each round of reading 200 metrics pages of 500 series', {
    measure: () => measureScrape(SCRAPE_ROUNDS),
    print: printScrape,
  }),
  part(
    'library',
    'the cache library beside raw ioredis, lru-cache, bentocache, cacheable and async-cache-dedupe',
    {
      measure: runLibrary,
      print: (report) => console.log(`\n${formatLibraryReport(report)}`),
    },
  ),
];
