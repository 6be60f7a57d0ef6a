import { expect, test } from 'vitest';
import { formatLibraryReport, formatNumber } from '#bench/library/report/formatLibraryReport.ts';
import { makeHits, makeLibraryReport } from './libraryReports.ts';

const twoCases = makeHits('l2Hits', {
  '16 at a time': { cachescope: 50_123, ioredis: 100_000, bentocache: null },
  '256 at a time': { cachescope: 150_000, ioredis: 100_000, bentocache: null },
});

test('several cases are columns, with the ratio to the anchor in brackets', () => {
  const text = formatLibraryReport(makeLibraryReport(twoCases));
  expect(text).toContain('| hits/s | 16 at a time | 256 at a time |');
  expect(text).toContain('| cachescope | 50,100 (0.50) | 150,000 (1.50) |');
  expect(text).toContain('Medians of 3 rounds; in brackets the ratio to ioredis.');
});

test('a peer without a figure says why', () => {
  expect(formatLibraryReport(makeLibraryReport(twoCases))).toContain('| bentocache | has none | has none |');
});

test('one case has a column for each figure', () => {
  const hits = makeHits('hang', { SIGSTOP: { cachescope: 2, ioredis: 4 } });
  expect(formatLibraryReport(makeLibraryReport(hits))).toContain(
    '| SIGSTOP | hits/s |\n|---|--:|\n| cachescope | 2 (0.50) |',
  );
});

test('the report names the machine, the versions and the load', () => {
  const text = formatLibraryReport(makeLibraryReport());
  for (const part of ['Abacus 3, 2 cores', '4 GiB', 'Linux 6', '24.1.0', '7.0.15', '0.1 before, 1.25 after'])
    expect(text).toContain(part);
  expect(text).toContain('2026-01-02T03:04:05.000Z');
  expect(text).toContain('| cachescope | 1.2.3 | as it comes |');
});

test('an aim that is missed is said aloud, and one without a figure is not met', () => {
  const text = formatLibraryReport(makeLibraryReport(twoCases));
  expect(text).toContain('| L2 hits / raw ioredis, 16 and more at a time | >= 0.9 | 0.501 | **NO** |');
  expect(text).toContain('| L1 hits / each other library | > 1 |  | not measured |');
});

test('a smoke run says that its figures mean nothing', () => {
  const report = makeLibraryReport();
  expect(formatLibraryReport(report)).not.toContain('smoke run');
  expect(formatLibraryReport({ ...report, isQuick: true })).toContain('smoke run');
});

test.each([
  [251_234, '251,000'],
  [4_712, '4,710'],
  [4.714, '4.71'],
  [0.0521, '0.052'],
  [0, '0'],
  [Number.NaN, '?'],
])('%d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});
