import { formatBytes } from '#client/lib/formatNumber.ts';
import { MiddleText } from '#client/ui/values/MiddleText.tsx';
import { type PatternDetail, prepareSampleFacts, type SampleFact } from './preparePatternDetail.ts';
import { prepareTtlAtSet } from './prepareTtlAtSet.ts';

export function PatternSampleFacts({ detail }: { detail: PatternDetail }) {
  return <FactList facts={prepareSampleFacts(detail)} />;
}

/** TTLs that keys are given, beside the longest that is left. */
export function TtlAtSet({ detail }: { detail: PatternDetail }) {
  const model = prepareTtlAtSet(detail);
  if (model === null) return null;
  return (
    <div className="flex flex-col gap-1">
      <FactList facts={model.facts} />
      {model.warning !== null && <p className="text-sm text-amber">{model.warning}</p>}
    </div>
  );
}

function FactList({ facts }: { facts: readonly SampleFact[] }) {
  return (
    <dl className="grid grid-cols-3 gap-x-3 gap-y-2">
      {facts.map(({ label, value, basis }) => (
        <div key={`${label} ${basis}`} className="min-w-0">
          <dt className="text-sm text-dim">{label}</dt>
          <dd className="font-medium">{value}</dd>
          <dd className="text-xs text-faint">{basis}</dd>
        </div>
      ))}
    </dl>
  );
}

interface KeyListProps {
  title: string;
  keys: readonly { readonly key: string; readonly bytes?: number }[];
}

/** Keys as escaped text, to recognise them by; nothing of their values. */
export function KeyList({ title, keys }: KeyListProps) {
  if (keys.length === 0) return null;
  return (
    <section>
      <h3 className="text-sm text-dim">{title}</h3>
      <ul>
        {keys.map(({ key, bytes }) => (
          <li key={key} className="flex items-baseline gap-2">
            <MiddleText text={key} />
            {bytes !== undefined && <span className="ml-auto text-sm text-dim">{formatBytes(bytes)}</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
