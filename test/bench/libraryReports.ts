import type { LibraryReport, MeasurementReport } from '#bench/library/report/libraryReport.ts';

/** A report of a machine that nobody has, with these measurements. */
export function makeLibraryReport(...measurements: readonly MeasurementReport[]): LibraryReport {
  return {
    takenAt: '2026-01-02T03:04:05.000Z',
    isQuick: false,
    windowMs: 400,
    machine: {
      cpu: 'Abacus 3',
      coreCount: 2,
      memoryBytes: 4 * 1_024 ** 3,
      system: 'Linux 6',
      node: '24.1.0',
      redis: '7.0.15',
      loadBefore: 0.1,
      loadAfter: 1.25,
    },
    peers: [{ name: 'cachescope', version: '1.2.3', configuration: 'as it comes' }],
    measurements,
  };
}

/** Hits a second by peer, for each case; null = the peer has none. */
export function makeHits(
  name: string,
  hits: Readonly<Record<string, Readonly<Record<string, number | null>>>>,
): MeasurementReport {
  return {
    name,
    title: `Title of ${name}`,
    method: 'As it was done.',
    anchor: 'ioredis',
    figures: [{ name: 'perSecond', title: 'hits/s', isMoreBetter: true }],
    roundCount: 3,
    cases: Object.entries(hits).map(([caseName, rows]) => ({
      name: caseName,
      rows: Object.entries(rows).map(([peer, perSecond]) => ({
        peer,
        figures: perSecond === null ? null : { perSecond },
        why: perSecond === null ? 'has none' : null,
      })),
    })),
  };
}
