import { type ReactNode, useRef } from 'react';
import { StateStrip } from '#client/charts/strip/StateStrip.tsx';
import { StripAxis } from '#client/charts/strip/StripAxis.tsx';
import { useElementSize } from '#client/charts/useElementSize.ts';
import { formatCount } from '#client/lib/formatNumber.ts';
import { Button } from '#client/ui/Button.tsx';
import { Dialog } from '#client/ui/dialog/Dialog.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { causeOf } from '#shared/services/causeOf.ts';
import { breakerSourceWords } from '#shared/services/serviceInstance.ts';
import { BreakerSign } from '../BreakerSign.tsx';
import { describeStrip } from '../describeStrip.ts';
import type { Breaker, BreakerRow, ResilienceAnswer } from '../resilienceModel.ts';
import { wayWords } from '../wayWords.ts';
import { BreakerTransitions } from './BreakerTransitions.tsx';
import { InstanceFacts } from './InstanceFacts.tsx';
import { ShareMeter } from './ShareMeter.tsx';

interface BreakerDialogProps {
  row: BreakerRow;
  answer: ResilienceAnswer;
  onClose: () => void;
}

/** Everything that is known of one breaker and its instance. */
export function BreakerDialog({ row, answer, onClose }: BreakerDialogProps) {
  const { name, breaker, instance, state } = row;
  const [element, { widthPx }] = useElementSize();
  // On a button, the Enter that opened the dialog would press it.
  const content = useRef<HTMLDivElement>(null);
  return (
    <Dialog
      title={<span className="break-all">{name}</span>}
      onClose={onClose}
      initialFocus={content}
      className="w-[min(100%-16px,720px)]"
    >
      <div ref={content} tabIndex={-1} className="flex flex-col gap-3 px-4 py-3 outline-none">
        <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
          <BreakerSign state={state} />
          {row.sinceMs !== null && (
            <span className="text-dim">
              since <Instant atMs={row.sinceMs} to="full" />
            </span>
          )}
          <span className={instance.silentSinceMs === null ? 'text-dim' : 'text-amber'}>
            read over {wayWords[instance.way]}, <Age atMs={instance.readAtMs} />
          </span>
        </p>
        {row.state === 'silent' && (
          <p className="text-amber">
            Nothing was heard of it since then; what stands here is from its last reading.{' '}
            {instance.whySilent}
          </p>
        )}
        <div ref={element}>
          {widthPx > 0 && (
            <>
              <StripAxis span={answer.span} widthPx={widthPx} marks={answer.marks} />
              <StateStrip cells={row.cells} widthPx={widthPx} heightPx={26} label={describeStrip(row)} />
            </>
          )}
        </div>
        {breaker === null ? (
          <p className="text-dim">It tells of no breaker.</p>
        ) : (
          <BreakerFacts breaker={breaker} isAway={state === 'open' || state === 'halfOpen'} />
        )}
        <InstanceFacts instance={instance} />
      </div>
      <footer className="flex justify-end border-t border-line px-4 py-3">
        <Button onClick={onClose}>Close</Button>
      </footer>
    </Dialog>
  );
}

function BreakerFacts({ breaker, isAway }: { breaker: Breaker; isAway: boolean }) {
  const { failureRatio, slowCallRatio, thresholds, callCount, source, name, transitions } = breaker;
  const isOurs = source === 'library';
  return (
    <>
      <Section title={`Breaker ${name} (${breakerSourceWords[source]})`}>
        {breaker.whyUnknown !== '' && <p className="text-dim">{breaker.whyUnknown}</p>}
        {isAway && <p>{causeOf([breaker])}</p>}
        <div className="grid grid-cols-2 gap-x-6 gap-y-2 max-md:grid-cols-1">
          <ShareMeter
            label="Failed calls"
            ratio={failureRatio}
            threshold={thresholds?.failureRatio ?? null}
          />
          <ShareMeter
            label="Slow calls"
            ratio={slowCallRatio}
            threshold={thresholds?.slowCallRatio ?? null}
          />
        </div>
        <p className="text-sm text-dim">
          {callCount === null ? (
            <UnknownDash reason="Its metrics do not tell how many calls are in its window." />
          ) : (
            `${formatCount(callCount)} calls in its window${isAway && isOurs ? ', those that opened it' : ''}`
          )}
          {thresholds?.minimumCallCount != null &&
            `; the shares count from ${formatCount(thresholds.minimumCallCount)} calls on`}
        </p>
      </Section>
      <Section title="What it did">
        <BreakerTransitions transitions={transitions} />
      </Section>
    </>
  );
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="flex flex-col gap-1.5">
      <h3 className="text-sm font-medium break-words">{title}</h3>
      {children}
    </section>
  );
}
