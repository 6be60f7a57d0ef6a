import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { AuditQuery } from '#shared/audit/auditFilter.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { ApiQuery } from '../apiQuery.ts';

/** The server answers with no more at once. */
const PAGE_LENGTH = 1_000;

/** Entries that match, page by page until there are `limit` or no more: a long log is searched in several requests. */
export async function* readAuditPages(
  query: ApiQuery,
  { filter, order, limit }: AuditQuery,
): AsyncGenerator<readonly AuditEntry[]> {
  let wanted = limit;
  let after: number | undefined;
  while (wanted > 0) {
    const { entries, searchedTo, isComplete } = await query('audit.list', {
      targetId: DEFAULT_TARGET_ID,
      filter,
      order,
      limit: Math.min(PAGE_LENGTH, wanted),
      after,
    });
    wanted -= entries.length;
    yield entries;
    if (isComplete || searchedTo === null) return;
    after = searchedTo;
  }
}
