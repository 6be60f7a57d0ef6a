import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { saveText } from '#client/lib/export/saveText.ts';
import { formatUtc } from '#client/lib/formatTime.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { AUDIT_CSV_HEADING, auditCsvRow } from '#shared/audit/auditCsv.ts';
import type { AuditFilter } from '#shared/audit/auditFilter.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** What a browser holds and saves with ease; "cachescope audit export" has no bound. */
const MOST_EXPORTED = 50_000;
const PAGE_LENGTH = 1_000;

type ExportForm = 'csv' | 'jsonl';

export interface AuditExport {
  /** Entries read so far; null = none runs. */
  readonly readCount: number | null;
  /** What became of the last one; null = none ended yet. */
  readonly last:
    | { readonly savedCount: number; readonly isComplete: boolean }
    | { readonly error: unknown }
    | null;
  save(form: ExportForm): void;
}

/** Saves what the filter leaves, oldest first: the lines of the log, or a table. */
export function useAuditExport(filter: AuditFilter): AuditExport {
  const trpc = useTRPC();
  const queryClient = useQueryClient();
  const [readCount, setReadCount] = useState<number | null>(null);
  const [last, setLast] = useState<AuditExport['last']>(null);

  const readAll = async () => {
    const entries: AuditEntry[] = [];
    for (let after: number | undefined; ; ) {
      const page = await queryClient.fetchQuery({
        ...trpc.audit.list.queryOptions({
          targetId: DEFAULT_TARGET_ID,
          limit: PAGE_LENGTH,
          order: 'oldestFirst',
          filter,
          after,
        }),
        gcTime: 0,
        staleTime: 0,
      });
      entries.push(...page.entries);
      setReadCount(entries.length);
      const isComplete = page.isComplete || page.searchedTo === null;
      if (isComplete || entries.length >= MOST_EXPORTED) return { entries, isComplete };
      after = page.searchedTo ?? undefined;
    }
  };

  const save = async (form: ExportForm) => {
    setReadCount(0);
    try {
      const { entries, isComplete } = await readAll();
      saveText(fileOf(form, entries));
      setLast({ savedCount: entries.length, isComplete });
    } catch (error) {
      setLast({ error });
    } finally {
      setReadCount(null);
    }
  };
  return { readCount, last, save: (form) => void save(form) };
}

function fileOf(form: ExportForm, entries: readonly AuditEntry[]) {
  const name = `audit-${formatUtc(entries.at(-1)?.atMs ?? 0).replaceAll(':', '')}.${form}`;
  return form === 'csv'
    ? { name, type: 'text/csv', text: [AUDIT_CSV_HEADING, ...entries.map(auditCsvRow)].join('') }
    : {
        name,
        type: 'application/jsonl',
        text: entries.map((entry) => `${formatAuditLine(entry)}\n`).join(''),
      };
}
