import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import { CopyButton } from '#client/ui/CopyButton.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';

const WAYS = [
  '--metrics http://service:9100/metrics',
  '--metrics-file targets.json',
  '--metrics-dns http://service.internal:9100/metrics',
];

/** How to add the first source. */
export function NoSources({ finders }: { finders: RouterOutputs['status']['get']['metricsFinders'] }) {
  const announced = finders.find(({ kind }) => kind === 'announcement');
  return (
    <EmptyState title="No metrics are read">
      <p>
        Redis does not count hits and misses by pattern; the services that cache in it can. Start Cachescope
        with one of these, as often as you like:
      </p>
      <ul className="my-2 flex flex-col items-center gap-1">
        {WAYS.map((way) => (
          <li key={way} className="flex max-w-full items-center gap-1">
            <code className="break-all">{way}</code>
            <CopyButton text={way} label={`Copy ${way}`} />
          </li>
        ))}
      </ul>
      <p>
        {announced === undefined
          ? 'Instances of cachescope/cache that announce themselves are not read: --metrics-announced says none.'
          : `Instances of cachescope/cache that announce an address inside ${announced.name} in this Redis appear here by themselves.`}
      </p>
    </EmptyState>
  );
}
