import { clsx } from 'clsx';
import { type FormEvent, type RefObject, useId, useLayoutEffect, useState } from 'react';
import type { WarmAsked } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { TextField } from '#client/ui/TextField.tsx';
import { HOOK_WARMER } from '#shared/acting/warmHook.ts';
import { bringIntoView } from './bringIntoView.ts';
import { CapacityBar } from './CapacityBar.tsx';
import {
  carefulRate,
  type DraftRate,
  describeSpan,
  parseRate,
  prepareScale,
  sliderMax,
} from './prepareRate.ts';
import type { WarmerRow } from './prepareWarmers.ts';
import type { WarmingSource } from './warmingModel.ts';

interface PlanBuilderProps {
  row: WarmerRow;
  source: WarmingSource;
  /** The rate that the link here names; null = none. */
  givenRate: number | null;
  /** Why nothing may be planned; null = it may. */
  refusal: string | null;
  /** Of the rate: it comes into view with the focus. */
  field: RefObject<HTMLInputElement | null>;
  onPlan: (asked: WarmAsked) => void;
  onClose: () => void;
}

const ofWarmer = {
  pace: 'Empty = the pace that the warmer itself declares.',
  from: 'An instance of the service says what it would load.',
};

const ofHook = {
  pace: 'Empty = 50.',
  from: 'Of the keys that the last live probe saw missed most.',
};

/** The rate of a warm-up against what its source stands, and the way to the server's plan. It changes nothing by itself. */
export function PlanBuilder(props: PlanBuilderProps) {
  const { row, source, givenRate, refusal, field, onPlan, onClose } = props;
  const [text, setText] = useState(() => String(givenRate ?? carefulRate(source) ?? ''));
  const rate = parseRate(text);
  const words = row.warmer === HOOK_WARMER ? ofHook : ofWarmer;
  const whyNot = row.refusal ?? refusal ?? (rate.state === 'wrong' ? rate.problem : null);
  // It opens below the warmers, where it would not be seen.
  useLayoutEffect(() => bringIntoView(field.current), [field]);
  const plan = (event: FormEvent) => {
    event.preventDefault();
    if (whyNot !== null) return;
    const { prefix, warmer } = row;
    onPlan(rate.state === 'given' ? { prefix, warmer, perSecond: rate.perSecond } : { prefix, warmer });
  };
  return (
    <Panel
      title={`Warm-up by ${row.warmer} of ${row.service}`}
      note="a plan first: nothing is loaded before you have seen and confirmed it"
      actions={
        <Button variant="quiet" onClick={onClose}>
          Close
        </Button>
      }
      className="shrink-0 scroll-mt-28 scroll-mb-20 break-words md:scroll-mt-14 md:scroll-mb-3"
    >
      <form onSubmit={plan} className="flex max-w-3xl flex-col gap-3 px-3 py-2">
        <TextField
          ref={field}
          label="Loads a second, at most"
          value={text}
          onText={setText}
          inputMode="decimal"
          autoComplete="off"
          aria-invalid={rate.state === 'wrong'}
          hint={words.pace}
          className="max-w-40"
        />
        <RateScale rate={rate} text={text} setText={setText} source={source} row={row} />
        <div className="flex flex-wrap items-center gap-2">
          <Button type="submit" disabled={whyNot !== null}>
            Plan the warm-up
          </Button>
          <span role="status" className="text-sm text-dim">
            {whyNot ?? `${words.from} Nothing is loaded by the plan.`}
          </span>
        </div>
      </form>
    </Panel>
  );
}

/** Where the source has next to no room, the slider keeps some. */
const MOST_TAKEN_RATIO = 0.8;

interface RateScaleProps {
  rate: DraftRate;
  text: string;
  setText: (text: string) => void;
  source: WarmingSource;
  row: WarmerRow;
}

function RateScale({ rate, setText, source, row }: RateScaleProps) {
  const helpId = useId();
  const perSecond = rate.state === 'given' ? rate.perSecond : null;
  const scale = prepareScale(source, perSecond ?? 0);
  const max = sliderMax(source);
  const planned = row.last?.plannedCount ?? 0;
  return (
    <div className="flex flex-col gap-1.5">
      <input
        type="range"
        aria-label="Loads a second, on a scale of what the source stands"
        aria-describedby={helpId}
        min={1}
        max={max}
        step={1}
        value={Math.min(max, Math.max(1, perSecond ?? 1))}
        onChange={(event) => setText(event.target.value)}
        className="accent-(--blue)"
        // Over that part of the bar below which it moves.
        style={{ marginLeft: `${(100 * Math.min(MOST_TAKEN_RATIO, scale?.currentRatio ?? 0)).toFixed(2)}%` }}
      />
      {scale !== null && <CapacityBar scale={scale} source={source} />}
      <p
        id={helpId}
        className={clsx('min-h-[1lh]', scale !== null && !scale.isSafe ? 'text-verm' : 'text-dim')}
      >
        {scaleText(scale?.text ?? null, source, rate)}{' '}
        {perSecond !== null && describeSpan(planned > 0 ? planned : null, perSecond)}
      </p>
    </div>
  );
}

/** `text` is that of the scale. Of what is no rate it says nothing: why not stands beside the button. */
function scaleText(text: string | null, source: WarmingSource, { state }: DraftRate): string {
  if (state === 'wrong') return '';
  if (source.capacityPerSecond === null) {
    return 'What the source stands is not declared (--source-capacity): nothing checks whether it would stand this rate.';
  }
  return state === 'own' || text === null ? 'The plan tells the pace of the warmer.' : text;
}
