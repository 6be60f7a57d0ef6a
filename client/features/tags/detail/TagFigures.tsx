import { Sparkline } from '#client/charts/Sparkline.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import { prepareTag } from './prepareTag.ts';

/** The figures of a tag; each says what it is of, and one that is not known says why. */
export function TagFigures({ detail }: { detail: TagDetail }) {
  return (
    <Panel className="shrink-0">
      <dl className="grid grid-cols-2 md:grid-cols-4 xl:grid-cols-7 xl:divide-x xl:divide-line">
        {prepareTag(detail).map(({ label, value, basis }) => (
          <div key={label} className="flex min-w-0 flex-col px-3 py-2">
            <dt className="text-sm text-dim">{label}</dt>
            <dd className="flex flex-col">
              <span className="flex items-center gap-2 text-figure leading-tight font-[620] tracking-tight">
                {value ?? <UnknownDash reason={basis} />}
                {label === 'Growth' && value !== null && (
                  <Sparkline values={detail.sizes.map(({ memberCount }) => memberCount)} widthPx={60} />
                )}
              </span>
              <span className="text-xs text-faint md:line-clamp-3" title={basis}>
                {basis}
              </span>
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
