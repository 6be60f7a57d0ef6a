import { Panel } from '#client/ui/Panel.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { type PatternDetail, prepareFigures } from './preparePatternDetail.ts';

/** The figures of the range, each with the same of before. */
export function PatternFigures({ detail }: { detail: PatternDetail }) {
  return (
    <Panel className="shrink-0">
      <dl className="grid grid-cols-2 md:grid-cols-5 md:divide-x md:divide-line">
        {prepareFigures(detail).map(({ label, now, before, delta, isWorse, basis }) => (
          <div key={label} className="flex min-w-0 flex-col px-3 py-2">
            <dt className="text-sm text-dim">{label}</dt>
            <dd className="flex flex-col">
              <span
                className={`text-figure leading-tight font-[620] tracking-tight ${isWorse ? 'text-verm' : ''}`}
              >
                {now ?? <UnknownDash reason={basis} />}
              </span>
              <span className="text-sm text-dim">
                {before ?? <UnknownDash reason="Nothing is compared, or nothing was measured then." />} before
                {delta !== null && `, ${delta}`}
              </span>
              <span className="truncate text-xs text-faint" title={basis}>
                {basis}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
