import { Download } from 'lucide-react';
import { describeFailure } from '#client/lib/errorText.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import type { AuditFilter } from '#shared/audit/auditFilter.ts';
import { type AuditExport, useAuditExport } from './useAuditExport.ts';

const forms = [
  { form: 'csv', text: 'CSV', title: 'Save all entries that match as a table for spreadsheets' },
  {
    form: 'jsonl',
    text: 'JSON',
    title: 'Save all entries that match as lines that "cachescope audit verify" reads',
  },
] as const;

export function AuditExportButtons({ filter }: { filter: AuditFilter }) {
  const { readCount, last, save } = useAuditExport(filter);
  return (
    <span className="ml-auto flex flex-wrap items-center gap-1 text-sm text-dim">
      <span role="status">
        {readCount === null ? endText(last) : `${formatCount(readCount)} entries read`}
      </span>
      <Download size={13} aria-hidden />
      {forms.map(({ form, text, title }) => (
        <Button
          key={form}
          variant="quiet"
          title={title}
          disabled={readCount !== null}
          onClick={() => save(form)}
        >
          {text}
        </Button>
      ))}
    </span>
  );
}

function endText(last: AuditExport['last']): string {
  if (last === null) return '';
  if ('error' in last) return describeFailure(last.error).title;
  const saved = `${formatCount(last.savedCount)} entries saved`;
  return last.isComplete ? saved : `${saved}, the oldest; narrow the time, or use "cachescope audit export"`;
}
