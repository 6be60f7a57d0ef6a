import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import type { InvalidationAnswer } from './invalidationModel.ts';

/** More would push the figures off the page. */
const SHOWN = 6;

/** What is wrong now, worst first, with the rule that says so. */
export function FindingsPanel({ answer: { findings, connection } }: { answer: InvalidationAnswer }) {
  const isAway = connection.state === 'unreachable';
  if (findings.length === 0 && !isAway) return null;
  const shown = findings.slice(0, SHOWN);
  return (
    <Panel title="What is wrong" className="shrink-0">
      <ul className="divide-y divide-line border-t border-line">
        {isAway && (
          <li className="flex items-start gap-2 px-3 py-1.5">
            <SeveritySign severity="critical" size={14} />
            <p className="min-w-0 break-words">
              <span className="font-medium">Cachescope cannot reach Redis.</span>{' '}
              <span className="text-dim">
                What is shown comes from pages of services that were known before; dead letters cannot be
                read.
              </span>
            </p>
          </li>
        )}
        {shown.map(({ id, rule, severity, text, meaning, sinceMs }) => (
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
              <span className="text-dim">{meaning}</span>{' '}
              <span className="text-xs text-faint" title={ruleTitles[rule]}>
                {rule}
              </span>
            </p>
          </li>
        ))}
      </ul>
      {findings.length > shown.length && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
          and {findings.length - shown.length} more
        </p>
      )}
    </Panel>
  );
}

const ruleTitles = { R18: 'Lost invalidations', R19: 'Invalidation storm' };
