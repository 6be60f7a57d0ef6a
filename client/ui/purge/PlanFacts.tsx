import { formatBytes, formatCount } from '#client/lib/formatNumber.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import { SeveritySign } from '../SeveritySign.tsx';
import { preparePlanFacts } from './preparePlanFacts.ts';
import { ShellCommands } from './ShellCommands.tsx';

/** What the server will do, as it showed it: figures, patterns (those caught by accident first), keys, the same from a shell. */
export function PlanFacts({ plan }: { plan: PurgePlan }) {
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <dl className="grid grid-cols-3 gap-x-3 gap-y-2 max-md:grid-cols-2">
        {preparePlanFacts(plan).map((fact) => (
          <div key={fact.text} className="flex flex-col-reverse justify-end">
            <dt className="text-sm text-dim">{fact.text}</dt>
            <dd className="text-lg font-bold">{fact.value}</dd>
          </div>
        ))}
      </dl>
      {plan.notes.map((note) => (
        <p key={note} className="flex items-start gap-2">
          <SeveritySign severity="warning" size={14} /> {note}
        </p>
      ))}
      <PlanPatterns patterns={plan.patterns} />
      <PlanKeys plan={plan} />
      <ShellCommands commands={plan.shellCommands} />
    </div>
  );
}

function PlanPatterns({ patterns }: { patterns: PurgePlan['patterns'] }) {
  const ordered = [...patterns].sort((a, b) => Number(b.isUnusual) - Number(a.isUnusual));
  return (
    <ul aria-label="Patterns of these keys" className="flex flex-col gap-0.5">
      {ordered.map(({ pattern, count, isUnusual }) => (
        <li key={pattern} className="flex items-center gap-2">
          {isUnusual && <SeveritySign severity="warning" size={12} />}
          <code className="min-w-0 truncate" title={pattern}>
            {pattern}
          </code>
          <span className="ml-auto">{formatCount(count)}</span>
          {isUnusual && <span className="text-sm text-amber">rare here: meant?</span>}
        </li>
      ))}
    </ul>
  );
}

function PlanKeys({ plan }: { plan: PurgePlan }) {
  return (
    <details>
      <summary className="cursor-pointer text-dim">
        {plan.sampleKeys.length} of the keys
        {plan.largestKeys.length > 0 && `, the ${plan.largestKeys.length} largest`}
      </summary>
      <ul aria-label="Sample of the keys" className="mt-1">
        {plan.sampleKeys.map((key) => (
          <li key={key}>
            <code className="break-all">{key}</code>
          </li>
        ))}
      </ul>
      {plan.largestKeys.length > 0 && (
        <ul aria-label="Largest of the keys" className="mt-1 border-t border-line pt-1">
          {plan.largestKeys.map(({ key, bytes }) => (
            <li key={key} className="flex gap-2">
              <code className="break-all">{key}</code>
              <span className="ml-auto whitespace-nowrap text-dim">{formatBytes(bytes)}</span>
            </li>
          ))}
        </ul>
      )}
    </details>
  );
}
