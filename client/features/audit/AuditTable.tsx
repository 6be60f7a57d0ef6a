import { clsx } from 'clsx';
import { saveText } from '#client/lib/export/saveText.ts';
import { formatUtc } from '#client/lib/formatTime.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { Button } from '#client/ui/Button.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { type AuditPage, type AuditRow, auditCsv, prepareAudit, preparePaging } from './prepareAudit.ts';

interface AuditTableProps {
  entries: AuditPage['entries'];
  /** Only entries older than this sequence; absent = the newest. */
  before: number | undefined;
  onPage: (before: number | undefined) => void;
}

export function AuditTable({ entries, before, onPage }: AuditTableProps) {
  const { olderBefore, isNewest, text } = preparePaging(entries, before);
  const isPhone = useIsPhone();
  const save = () =>
    saveText({
      text: auditCsv(entries),
      type: 'text/csv',
      name: `audit-${formatUtc(entries[0]?.atMs ?? 0).replaceAll(':', '')}.csv`,
    });
  return (
    <>
      <VirtualTable
        label="Audit log"
        columns={isPhone ? phoneColumns : columns}
        rows={prepareAudit(entries)}
        rowId={rowId}
        filterKey={String(before)}
        empty={<p className="p-3 text-dim">There are no older entries.</p>}
      />
      <footer className="flex flex-wrap items-center gap-2 border-t border-line px-3 py-1.5">
        <Button disabled={isNewest} onClick={() => onPage(undefined)}>
          Newest
        </Button>
        <Button disabled={olderBefore === null} onClick={() => onPage(olderBefore ?? undefined)}>
          Older
        </Button>
        <span className="text-sm text-dim">{text}</span>
        <Button className="ml-auto" disabled={entries.length === 0} onClick={save}>
          Save this page as CSV
        </Button>
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
