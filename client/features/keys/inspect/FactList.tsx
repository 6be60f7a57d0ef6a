import { clsx } from 'clsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { KeyFact } from './prepareKey.ts';

/** Facts with where each is from; of an unknown one, the dash and its reason stand in words, as phones have no hover. */
export function FactList({ facts }: { facts: readonly KeyFact[] }) {
  return (
    <dl
      className={clsx('grid gap-x-4 gap-y-2.5 px-3 pb-3', facts.length > 1 && 'grid-cols-2 sm:grid-cols-3')}
    >
      {facts.map(({ label, value, basis }) => (
        <div key={label} className="min-w-0">
          <dt className="text-sm text-dim">{label}</dt>
          <dd className="font-medium break-words">
            {typeof value === 'string' ? value : <UnknownDash reason={value} />}
          </dd>
          <dd className="text-xs text-faint">{typeof value === 'string' ? basis : value.detail}</dd>
        </div>
      ))}
    </dl>
  );
}
