import { formatPercent } from '#client/lib/formatNumber.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { ReadingValue } from '#client/ui/values/ReadingValue.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import { hitRatioReading } from '#shared/lookups.ts';
import type { WhyUnknown } from './preparePatterns.ts';

/** Above the table: why no hit rate by pattern is known, what would make it known, and what is known instead. */
export function WhyUnknownNote({ why }: { why: WhyUnknown }) {
  const status = useStatus().data;
  const ratio = status === undefined ? null : hitRatioReading(status.lookups);
  return (
    <section aria-label="Why hit rates are not known" className="flex gap-2.5 border-b border-line px-3 py-2">
      <span className="pt-0.5">
        <SeveritySign severity="note" size={14} />
      </span>
      <div className="min-w-0">
        <h2 className="text-base">{why.title}</h2>
        <p className="break-words text-dim">{why.detail}</p>
        {why.steps.map((step) => (
          <p key={step}>{step}</p>
        ))}
        {ratio !== null && (
          <p className="text-dim">
            Hit rate of the whole instance:{' '}
            <b className="text-text">
              <ReadingValue reading={ratio} format={formatPercent} />
            </b>{' '}
            · <SourceTag reading={ratio} />
          </p>
        )}
      </div>
    </section>
  );
}
