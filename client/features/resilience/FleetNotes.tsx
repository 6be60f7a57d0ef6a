import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import type { FleetNote } from './prepareFleet.ts';

/** More would hide the strips. */
const SHOWN = 6;

/** What the strips say together: who disagrees, what the calls died of, who is silent. */
export function FleetNotes({ notes }: { notes: readonly FleetNote[] }) {
  if (notes.length === 0) return null;
  const shown = notes.slice(0, SHOWN);
  return (
    <Panel title="What they say" className="shrink-0">
      <ul className="divide-y divide-line border-t border-line">
        {shown.map(({ id, severity, text, meaning, sinceMs }) => (
          <li key={id} className="flex items-start gap-2 px-3 py-1.5">
            <span className="pt-0.5">
              <SeveritySign severity={severity} size={14} />
            </span>
            <p className="min-w-0 break-words">
              <span className="font-medium">{text}</span>
              {sinceMs !== null && (
                <span className="text-dim">
                  {' '}
                  Since <Instant atMs={sinceMs} />.
                </span>
              )}{' '}
              <span className="text-dim">{meaning}</span>
            </p>
          </li>
        ))}
      </ul>
      {notes.length > shown.length && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
          and {notes.length - shown.length} more; the rows below have the same order
        </p>
      )}
    </Panel>
  );
}
