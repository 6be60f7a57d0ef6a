import { Download } from 'lucide-react';
import { saveText } from '#client/lib/export/saveText.ts';
import { formatUtc } from '#client/lib/formatTime.ts';
import { Button } from '#client/ui/Button.tsx';
import { type ExportFacts, patternsCsv, patternsJson } from './patternExport.ts';

/** Saves the rows that the filter leaves, in the order that is shown. */
export function ExportButtons(facts: ExportFacts) {
  const { list, rows } = facts;
  const name = `patterns-${formatUtc(list.span.toMs).replaceAll(':', '')}`;
  const save = (form: 'csv' | 'json') => {
    const isCsv = form === 'csv';
    saveText({
      name: `${name}.${form}`,
      type: isCsv ? 'text/csv' : 'application/json',
      text: isCsv ? patternsCsv(list.span, rows) : patternsJson(facts),
    });
  };
  return (
    <span className="ml-auto flex items-center gap-1 text-sm text-dim">
      <Download size={13} aria-hidden />
      {(['csv', 'json'] as const).map((form) => (
        <Button
          key={form}
          variant="quiet"
          disabled={rows.length === 0}
          title={`Save these ${rows.length} rows, raw numbers with units in the names`}
          onClick={() => save(form)}
        >
          {form.toUpperCase()}
        </Button>
      ))}
    </span>
  );
}
