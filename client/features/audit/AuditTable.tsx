import { clsx } from 'clsx';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { Button } from '#client/ui/Button.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import type { AuditFilter } from '#shared/audit/auditFilter.ts';
import { AuditExportButtons } from './AuditExportButtons.tsx';
import { type AuditPage, type AuditRow, prepareAudit, preparePaging } from './prepareAudit.ts';

interface AuditTableProps {
  page: AuditPage;
  filter: AuditFilter;
  /** Only entries older than this sequence; absent = the newest. */
  before: number | undefined;
  openSequence: number | null;
  onPage: (before: number | undefined) => void;
  onOpen: (sequence: number) => void;
}

export function AuditTable({ page, filter, before, openSequence, onPage, onOpen }: AuditTableProps) {
  const { olderBefore, isNewest, text } = preparePaging(page, before);
  const isPhone = useIsPhone();
  const isNarrowed = Object.keys(filter).length > 0;
  return (
    <>
      <VirtualTable
        label="Audit log"
        columns={isPhone ? phoneColumns : columns}
        rows={prepareAudit(page.entries)}
        rowId={rowId}
        onOpen={(row) => onOpen(row.sequence)}
        selectedId={openSequence === null ? null : String(openSequence)}
        filterKey={`${before} ${JSON.stringify(filter)}`}
        empty={
          <p className="p-3 text-dim">
            {olderBefore === null
              ? 'No entry matches.'
              : 'No entry matches as far as was searched; go on below.'}
          </p>
        }
      />
      <footer className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-1.5">
        <Button disabled={isNewest} onClick={() => onPage(undefined)}>
          Newest
        </Button>
        <Button disabled={olderBefore === null} onClick={() => onPage(olderBefore ?? undefined)}>
          {isNarrowed ? 'Search older' : 'Older'}
        </Button>
        <span role="status" className="text-sm text-dim">
          {text}
        </span>
        <AuditExportButtons filter={filter} />
      </footer>
    </>
  );
}

function rowId(row: AuditRow): string {
  return String(row.sequence);
}

const tones = { calm: 'text-text', warning: 'text-amber', bad: 'text-verm' };

const phase: TableColumn<AuditRow> = {
  id: 'phase',
  header: 'Phase',
  widthPx: 100,
  cell: (row) => (
    <span className={clsx('flex items-center gap-1.5', tones[row.tone])}>
      {row.tone !== 'calm' && (
        <SeveritySign severity={row.tone === 'bad' ? 'critical' : 'warning'} size={12} />
      )}
      {row.phase}
    </span>
  ),
};

const time: TableColumn<AuditRow> = {
  id: 'time',
  header: 'Time',
  widthPx: 168,
  cell: (row) => (
    <time dateTime={row.atUtc} title={row.atUtc}>
      {row.at}
    </time>
  ),
};

const subject: TableColumn<AuditRow> = {
  id: 'subject',
  header: 'Subject',
  widthPx: 196,
  cell: (row) => <MiddleText text={row.subject} />,
};

const columns: readonly TableColumn<AuditRow>[] = [
  time,
  textColumn('sequence', { header: 'No.', widthPx: 52, text: (row) => String(row.sequence) }),
  textColumn('actor', { header: 'Actor', widthPx: 76, text: (row) => row.actor }),
  textColumn('action', { header: 'Action', widthPx: 84, text: (row) => row.action }),
  phase,
  subject,
  textColumn('counts', { header: 'Keys', widthPx: 176, text: (row) => row.counts }),
  textColumn('reason', { header: 'Reason', widthPx: 160, text: (row) => row.reason }),
  {
    ...textColumn('outcome', { header: 'Outcome', widthPx: 216, text: (row) => row.outcome }),
    isGrowing: true,
  },
];

/** What happened and to what first; who and why by scrolling. */
const phoneColumns: readonly TableColumn<AuditRow>[] = [
  { ...subject, widthPx: 150 },
  phase,
  ...columns.filter(({ id }) => id !== 'subject' && id !== 'phase'),
];

function textColumn(
  id: string,
  { header, widthPx, text }: { header: string; widthPx: number; text: (row: AuditRow) => string },
): TableColumn<AuditRow> {
  return {
    id,
    header,
    widthPx,
    cell: (row) => (
      <span title={text(row)} className="truncate">
        {text(row)}
      </span>
    ),
  };
}
