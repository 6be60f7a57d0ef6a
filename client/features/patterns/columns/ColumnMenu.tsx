import { Columns3 } from 'lucide-react';
import { useState } from 'react';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { formatColumns } from './columnChoice.ts';
import type { PatternColumn } from './patternColumn.ts';

interface ColumnMenuProps {
  all: readonly PatternColumn[];
  shown: readonly PatternColumn[];
  /** Ids of the page's own choice. */
  usual: readonly string[];
  /** Undefined = the page's own choice. */
  onChoose: (cols: string | undefined) => void;
}

/** Which columns the table has; each choice counts at once, and stands in the address. */
export function ColumnMenu(props: ColumnMenuProps) {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Columns3 size={14} aria-hidden />
        <span className="max-md:sr-only">Columns</span>
      </Button>
      {isOpen && <ColumnDialog {...props} onClose={() => setOpen(false)} />}
    </>
  );
}

function ColumnDialog({ all, shown, usual, onChoose, onClose }: ColumnMenuProps & { onClose: () => void }) {
  const shownIds = new Set<string>(shown.map(({ id }) => id));
  const toggle = (id: string) => {
    const ids = all.map((column) => column.id).filter((each) => (each === id) !== shownIds.has(each));
    onChoose(formatColumns(ids, usual));
  };
  return (
    <Dialog title="Columns of the table" onClose={onClose}>
      <fieldset className="grid gap-x-4 gap-y-0.5 px-4 py-3 md:grid-cols-2">
        <legend className="sr-only">Columns that are shown</legend>
        {all.slice(1).map(({ id, header, unit, help }) => (
          <label key={id} className="flex min-h-9 items-start gap-2 rounded px-1.5 py-1 hover:bg-soft">
            <input
              type="checkbox"
              className="mt-0.5 size-4 shrink-0 accent-blue"
              checked={shownIds.has(id)}
              // The table needs one column beside the name.
              disabled={shownIds.has(id) && shownIds.size === 2}
              onChange={() => toggle(id)}
            />
            <span>
              {header} {unit !== undefined && <span className="text-dim">{unit}</span>}
              <span className="block text-sm leading-snug text-dim">{help}</span>
            </span>
          </label>
        ))}
      </fieldset>
      <footer className="sticky bottom-0 flex justify-end gap-2 border-t border-line bg-panel px-4 py-2.5">
        <Button variant="quiet" onClick={() => onChoose(undefined)}>
          Usual columns
        </Button>
        <Button onClick={onClose}>Done</Button>
      </footer>
    </Dialog>
  );
}
