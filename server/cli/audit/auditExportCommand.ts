import { AUDIT_CSV_HEADING, auditCsvRow } from '#shared/audit/auditCsv.ts';
import type { AuditFilter } from '#shared/audit/auditFilter.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';
import type { ApiQuery } from '../apiQuery.ts';
import type { CliCommand } from '../cliCommand.ts';
import { usageProblem } from '../cliOptions.ts';
import { auditFilterOf, auditFlags } from './auditFlags.ts';
import { readAuditPages } from './readAuditPages.ts';

/** Writes while it reads, so that a log of any length can be exported. */
export const auditExportCommand: CliCommand = {
  name: 'audit export',
  help: 'All entries that match, oldest first: the lines of the log, which "audit verify" can read, or --csv',
  flags: auditFlags,
  run: async ({ query }, { given, isJson }) => {
    if (given.has('--csv') && isJson) throw usageProblem('Say --json or --csv, not both.');
    return { lines: readLines(query, auditFilterOf(given), given.has('--csv')) };
  },
};

async function* readLines(query: ApiQuery, filter: AuditFilter, isCsv: boolean): AsyncGenerator<string> {
  if (isCsv) yield AUDIT_CSV_HEADING.trimEnd();
  const pages = readAuditPages(query, { filter, order: 'oldestFirst', limit: Number.POSITIVE_INFINITY });
  for await (const page of pages) {
    for (const entry of page) yield isCsv ? auditCsvRow(entry).trimEnd() : formatAuditLine(entry);
  }
}
