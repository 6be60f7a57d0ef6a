import { writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAtRest } from './atRest.ts';
import { measureFullPass } from './fullPass.ts';
import { measureHistory } from './historyQueries.ts';
import { measureLibrary } from './library/measureLibrary.ts';
import { formatLibraryReport } from './library/report/formatLibraryReport.ts';
import { measurePage } from './page/measurePage.ts';
import { printProbe } from './printProbe.ts';
import { printAtRest, printFullPass, printHistory, printPage, printScrape } from './printReports.ts';
import { measureProbe } from './probe.ts';
import { measureScrape } from './scrape/measureScrape.ts';

const HELP = `npm run bench -- [--only pass|rest|history|page|probe|scrape|library] [--json] [--keys 1000000] [--runs 3]
                 [--seconds 60]
                 [--quick] [--measure l1Hits,l2Hits,...] [--write-docs]

pass     a full pass over the keys against redis-cli --memkeys and a bare SCAN, and what neighbours feel
rest     CPU and memory of the server with one target and one viewer while nothing happens
history  questions over 7 days of three weeks of 500 patterns, and what writing them costs
page     the page in Chromium with 10,000 patterns: first load, sort, filter, scroll, refresh
probe    lines of MONITOR parsed against ioredis, and what a GET load loses while the live probe runs
scrape   CPU of the server for each round of reading 200 metrics pages of 500 series
library  the cache library beside raw ioredis, lru-cache, bentocache, cacheable and async-cache-dedupe;
         --quick is a smoke run, --measure takes some of the measurements, --write-docs writes docs/benchmarks.md`;

const DOCS = new URL('../docs/benchmarks.md', import.meta.url);
const PARTS = ['pass', 'rest', 'history', 'page', 'probe', 'scrape', 'library'];
/** A minute of reading. */
const SCRAPE_ROUNDS = 12;

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    measure: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const isAsked = (part: string): boolean => values.only === undefined || values.only === part;

if (values.help || (values.only !== undefined && !PARTS.includes(values.only))) {
  console.log(HELP);
  if (!values.help) process.exitCode = 1;
} else {
  // Others on the machine cost both sides of a ratio, but not the same: a reader must know.
  const machine = { coreCount: availableParallelism(), loadBefore: loadavg()[0] ?? null };
  if (!values.json && (machine.loadBefore ?? 0) > machine.coreCount / 2) {
    console.log(
      `The machine is busy (load ${machine.loadBefore} on ${machine.coreCount} cores): run again when it is not.`,
    );
  }
  const fullPass = isAsked('pass')
    ? await measureFullPass({ keyCount: Number(values.keys), runCount: Number(values.runs) })
    : null;
  if (fullPass !== null && !values.json) printFullPass(fullPass);
  const atRest = isAsked('rest') ? await measureAtRest(Number(values.seconds)) : null;
  if (atRest !== null && !values.json) printAtRest(atRest);
  const history = isAsked('history') ? await measureHistory() : null;
  if (history !== null && !values.json) printHistory(history);
  const page = isAsked('page') ? await measurePage() : null;
  if (page !== null && !values.json) printPage(page);
  const probe = isAsked('probe') ? await measureProbe(Number(values.runs)) : null;
  if (probe !== null && !values.json) printProbe(probe);
  const scrape = isAsked('scrape') ? await measureScrape(SCRAPE_ROUNDS) : null;
  if (scrape !== null && !values.json) printScrape(scrape);
  const library = isAsked('library') ? await runLibrary() : null;
  const reports = { machine, fullPass, atRest, history, page, probe, scrape, library };
  if (values.json) console.log(JSON.stringify(reports, null, 2));
}

async function runLibrary() {
  const isPartial = values.quick || values.measure !== undefined;
  if (values['write-docs'] && isPartial)
    throw new Error('--write-docs takes a whole run: leave out --quick and --measure');
  const report = await measureLibrary({
    isQuick: values.quick,
    chosen: values.measure?.split(',') ?? null,
    nowMs: Date.now,
    onProgress: (line) => process.stderr.write(`${line} ...\n`),
  });
  const text = formatLibraryReport(report);
  if (!values.json) console.log(`\n${text}`);
  if (values['write-docs']) await writeFile(DOCS, text);
  return report;
}
