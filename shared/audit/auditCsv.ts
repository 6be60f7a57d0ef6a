import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { type CsvValue, csvLine } from '#shared/export/csvText.ts';
import { printable } from '#shared/export/printable.ts';

const COLUMNS: readonly (readonly [string, (entry: AuditEntry) => CsvValue])[] = [
  ['sequence', ({ sequence }) => sequence],
  ['at', ({ atMs }) => new Date(atMs).toISOString()],
  ['environment', ({ environment }) => environment],
  ['actor', ({ actor }) => actor],
  ['action', ({ action }) => action],
  ['phase', ({ phase }) => phase],
  ['subject', ({ subject }) => subject],
  ['planned', ({ plannedCount }) => plannedCount],
  ['removed', ({ progress }) => progress?.changedCount ?? null],
  ['goneAlready', ({ progress }) => progress?.skippedCount ?? null],
  ['failed', ({ progress }) => progress?.failedCount ?? null],
  ['notKnown', ({ progress }) => progress?.unknownCount ?? null],
  ['outcome', ({ outcome }) => outcome],
  ['reason', ({ reason }) => reason],
  ['plan', ({ planId }) => planId],
  ['job', ({ jobId }) => jobId],
  ['hash', ({ hash }) => hash],
  // Last, so that what reads columns by their place goes on to read the same.
  ['approver', ({ approver }) => approver ?? null],
];

/** The heading of `auditCsvRow`, with its line end. */
export const AUDIT_CSV_HEADING = csvLine(COLUMNS.map(([name]) => name));

/**
 * An entry as a line of CSV, with its line end. A count that is not known is an empty cell, what a spreadsheet would run is
 * guarded, and what a terminal would obey, line ends too, is escaped.
 */
export function auditCsvRow(entry: AuditEntry): string {
  return csvLine(
    COLUMNS.map(([, cell]) => {
      const value = cell(entry);
      return typeof value === 'string' ? printable(value) : value;
    }),
  );
}
