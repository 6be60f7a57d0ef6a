import { OURS, RAW, rivals } from '../peerEntries.ts';
import type { CaseReport, LibraryReport } from './libraryReport.ts';

/** A promise and what was measured of it; null = not measured, which is never "met". */
export interface Aim {
  readonly what: string;
  readonly aim: string;
  readonly measured: number | null;
  readonly isMet: boolean | null;
}

interface Comparison {
  readonly report: LibraryReport;
  readonly measurement: string;
  readonly figure: string;
}

/** Ratios are the worst of all cases of one measurement. */
export function deriveAims(report: LibraryReport): readonly Aim[] {
  const l1 = { report, measurement: 'l1Hits', figure: 'perSecond' };
  const l2 = { report, measurement: 'l2Hits', figure: 'perSecond' };
  const hang = (figure: string) => ownFigure({ report, measurement: 'hang', figure });
  const isBusy = (name: string): boolean => !/, 1 at a time$/.test(name);
  return [
    atLeast('L1 hits / lru-cache behind a promise', 0.5, worstRatio(l1, ['lru-cache'])),
    above('L1 hits / each other library', worstRatio(l1, rivals)),
    atLeast('L2 hits / raw ioredis, 16 and more at a time', 0.9, worstRatio(l2, [RAW], isBusy)),
    above('L2 hits / each other library', worstRatio(l2, rivals)),
    atMost(
      'loads for 1,000 misses of one key',
      1,
      ownFigure({ report, measurement: 'coalescing', figure: 'loadCount' }),
    ),
    atMost(
      'stale entries after an invalidation',
      0,
      ownFigure({ report, measurement: 'tagInvalidation', figure: 'staleCount' }),
    ),
    atMost('a hang costs the first calls, ms (limit 500, and the timer)', 550, hang('closedMs')),
    atMost('a hang costs a call once the breaker is open, ms', 0.1, hang('openMs')),
  ];
}

function atLeast(what: string, least: number, measured: number | null): Aim {
  return { what, aim: `>= ${least}`, measured, isMet: measured === null ? null : measured >= least };
}

function atMost(what: string, most: number, measured: number | null): Aim {
  return { what, aim: `<= ${most}`, measured, isMet: measured === null ? null : measured <= most };
}

function above(what: string, measured: number | null): Aim {
  return { what, aim: '> 1', measured, isMet: measured === null ? null : measured > 1 };
}

/** Null when one of the peers, or we, have no figure in one of the cases: a part would look like the whole. */
function worstRatio(
  { report, measurement, figure }: Comparison,
  peers: readonly string[],
  isMeant: (caseName: string) => boolean = () => true,
): number | null {
  const cases = casesOf(report, measurement).filter(({ name }) => isMeant(name));
  const ratios = cases.flatMap((one) =>
    peers.map((peer) => {
      const own = figureOf(one, OURS, figure);
      const other = figureOf(one, peer, figure);
      return own === null || other === null ? null : own / other;
    }),
  );
  const known = ratios.filter((ratio) => ratio !== null);
  return known.length === 0 || known.length < ratios.length ? null : Math.min(...known);
}

/** The highest of all cases. */
function ownFigure({ report, measurement, figure }: Comparison): number | null {
  const known = casesOf(report, measurement)
    .map((one) => figureOf(one, OURS, figure))
    .filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known);
}

function casesOf(report: LibraryReport, measurement: string): readonly CaseReport[] {
  return report.measurements.find(({ name }) => name === measurement)?.cases ?? [];
}

function figureOf({ rows }: CaseReport, peer: string, figure: string): number | null {
  return rows.find((row) => row.peer === peer)?.figures?.[figure] ?? null;
}
