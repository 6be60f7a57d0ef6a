import { clsx } from 'clsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { NodeFact, NodeFactGroup } from './nodeFact.ts';

/** Each value with what it means and when it is bad, so that nobody must know INFO by heart. */
export function NodeFacts({ groups }: { groups: readonly NodeFactGroup[] }) {
  return (
    <div className="gap-6 px-3 pb-1 xl:columns-2">
      {groups.map((group) => (
        <div key={group.title} className="mb-3 break-inside-avoid-column">
          <h3 className="pb-1 text-sm font-medium text-dim">{group.title}</h3>
          <dl className="divide-y divide-line border-y border-line">
            {group.facts.map((fact) => (
              <FactLine key={fact.label} fact={fact} />
            ))}
          </dl>
        </div>
      ))}
    </div>
  );
}

const colours = { critical: 'text-verm', warning: 'text-amber', note: 'text-text' };

function FactLine({ fact }: { fact: NodeFact }) {
  return (
    <div className="grid grid-cols-[130px_130px_minmax(0,1fr)] items-baseline gap-x-3 py-1 max-md:grid-cols-2">
      <dt>{fact.label}</dt>
      <dd className={clsx('flex items-center gap-1.5 font-medium', fact.severity && colours[fact.severity])}>
        {fact.severity !== undefined && <SeveritySign severity={fact.severity} size={12} />}
        {fact.value ?? <UnknownDash reason="This Redis does not say, or two readings are needed first." />}
      </dd>
      <dd className="text-sm text-dim max-md:col-span-2">{fact.meaning}</dd>
    </div>
  );
}
