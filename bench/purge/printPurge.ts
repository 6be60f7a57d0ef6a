import { printAims } from '#bench/printReports.ts';
import type { PurgeRow } from './measureInTurn.ts';
import type { PurgeReport } from './measurePurge.ts';

const round = (value: number): number => Math.round(value * 100) / 100;

/** How much later than when nothing is purged the slowest GET in a hundred may be answered, ms. */
const P99_MARGIN_MS = 1.5;
const PACED_PER_SECOND = 2_000;

export function printPurge({ loadPerSecond, tag, pattern, tags }: PurgeReport): void {
  const shell = (rows: readonly PurgeRow[]) => rows.find(({ how }) => how.includes('xargs'));
  const [unpaced] = tag;
  const paced = tag.find(({ how }) => how.includes('production'));
  const [patternUnpaced] = pattern;
  const patternPaced = pattern.find(({ how }) => how.includes('production'));
  console.log(
    `\nPurges, beside GETs in an open loop at ${loadPerSecond.toLocaleString('en')}/s; their waits in ms`,
  );
  console.log('A tag: values, index and reverse index');
  console.table(table(tag, shell(tag)));
  console.log('A pattern');
  console.table(table(pattern, shell(pattern)));
  printAims([
    ...ratioAims('tag, unpaced / xargs', unpaced, shell(tag)),
    ...ratioAims('pattern, unpaced / xargs', patternUnpaced, shell(pattern)),
    ...loadAims('tag, as in production', paced),
    ...loadAims('pattern, as in production', patternPaced),
    ...loadAims('tag, unpaced', unpaced),
    ...paceAims('tag', paced),
    ...paceAims('pattern', patternPaced),
  ]);
  console.log(`A list of ${tags.tagCount.toLocaleString('en')} tags`);
  console.table({
    'ours, until all are known, ms': { measured: round(tags.oursMs) },
    'ours, until the page has its first list, ms': { measured: round(tags.firstListMs) },
    'bare SCAN + SCARD with ioredis, ms': { measured: round(tags.bareMs) },
    'ours / bare, in time': { measured: round(tags.oursMs / tags.bareMs) },
  });
}

function table(rows: readonly PurgeRow[], shell: PurgeRow | undefined) {
  return Object.fromEntries(
    rows.map(({ how, keyCount, keysPerSecond, serverMicrosPerKey, load, loadBefore }) => [
      how,
      {
        keys: keyCount,
        'keys/s': Math.round(keysPerSecond),
        'x xargs': shell === undefined ? null : round(keysPerSecond / shell.keysPerSecond),
        'server us/key': round(serverMicrosPerKey),
        'GET p99 before': round(loadBefore.p99Ms),
        'GET p99': round(load.p99Ms),
        'GET most': round(load.maxMs),
      },
    ]),
  );
}

function ratioAims(what: string, ours: PurgeRow | undefined, shell: PurgeRow | undefined) {
  if (ours === undefined || shell === undefined) return [];
  const measured = ours.keysPerSecond / shell.keysPerSecond;
  return [{ what, measured, isMet: measured >= 2.3, aim: '>= 2.3' }];
}

function loadAims(what: string, row: PurgeRow | undefined) {
  if (row === undefined) return [];
  const measured = row.load.p99Ms - row.loadBefore.p99Ms;
  const aim = `<= ${P99_MARGIN_MS}`;
  return [{ what: `${what}: p99 of GETs - before, ms`, measured, isMet: measured <= P99_MARGIN_MS, aim }];
}

function paceAims(what: string, paced: PurgeRow | undefined) {
  if (paced === undefined) return [];
  const measured = paced.keysPerSecond / PACED_PER_SECOND;
  return [
    {
      what: `${what}: pace kept / promised`,
      measured,
      isMet: Math.abs(measured - 1) <= 0.1,
      aim: '0.9 to 1.1',
    },
  ];
}
