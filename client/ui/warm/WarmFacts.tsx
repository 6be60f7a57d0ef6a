import { formatBytes, formatCount, formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatDuration } from '#client/lib/formatTime.ts';
import type { WarmPlan } from '#shared/acting/plan.ts';
import type { WarmHookFacts } from '#shared/acting/warmHook.ts';
import type { Estimate } from '#shared/statistics.ts';
import { PlanFigures } from '../dialog/PlanFigures.tsx';
import { LoadFigure } from '../jobs/LoadFigure.tsx';
import { preparePlanCurve } from '../jobs/prepareLoadCurve.ts';
import { SeveritySign } from '../SeveritySign.tsx';
import { stageParts } from './stageParts.ts';

const roomTexts: Record<WarmPlan['room'], string> = {
  fits: 'They fit into Redis.',
  wouldEvict: 'They do not fit into Redis, which would evict other keys for them.',
  wouldFail: 'They do not fit into Redis, which would refuse them.',
  unknown: 'Whether they fit into Redis is not known.',
};

/** Patterns that are named; a list of many kinds has the most of its entries in few. */
const SHOWN_PATTERNS = 8;

/** What a run of a warmer would load, in which order, and what the source has to give for it. */
export function WarmFacts({ plan }: { plan: WarmPlan }) {
  const { room, load } = plan;
  const stages = stageParts(plan);
  const curve = preparePlanCurve(
    load,
    stages.slice(0, -1).map(({ endsAtMs }) => endsAtMs),
  );
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <PlanFigures figures={figuresOf(plan)} />
      {plan.hook !== null && <p className="wrap-anywhere">{describeHook(plan.hook)}</p>}
      <p className={room === 'fits' ? '' : 'flex items-start gap-2 text-amber'}>
        {room !== 'fits' && <SeveritySign severity="warning" size={14} />}
        {roomTexts[room]}
      </p>
      <Patterns patterns={plan.preview.patterns} />
      {plan.hook === null && <Stages stages={stages} jitterRatio={plan.preview.jitterRatio} />}
      <p>{describeSource(plan)}</p>
      {curve !== null && <LoadFigure model={curve} />}
    </div>
  );
}

function figuresOf(plan: WarmPlan) {
  const { preview, loadCount, bytes, perSecond, duration, answeredBy, hook } = plan;
  return [
    {
      value: formatCount(preview.entryCount),
      text: hook === null ? `entries listed, says ${answeredBy}` : 'keys that were missed most',
    },
    {
      value: about(loadCount, (count) => formatCount(Math.round(count))),
      text: `of them ${hook === null ? 'not fresh' : 'missing now'}: these are loaded${within(loadCount, (count) => formatCount(Math.round(count)))}`,
    },
    {
      value: bytes === null ? '–' : about(bytes, formatBytes),
      text: bytes === null ? 'in Redis: not known, a pattern was not sampled' : 'in Redis',
    },
    {
      value: formatRate(perSecond),
      text: `loads at most, ${hook === null ? `${preview.concurrency} at one time` : 'a batch at one time'}`,
    },
    {
      value: about(duration, formatDuration),
      text: `to run${within(duration, formatDuration)}`,
    },
  ];
}

function about({ value, isExact }: Estimate, format: (value: number) => string): string {
  return `${isExact ? '' : '~'}${format(value)}`;
}

/** The 95 % interval, where it was estimated. */
function within({ low, high, isExact }: Estimate, format: (value: number) => string): string {
  return isExact ? '' : `, ${format(low)} to ${format(high)}`;
}

function Patterns({ patterns }: { patterns: WarmPlan['preview']['patterns'] }) {
  const others = patterns.slice(SHOWN_PATTERNS);
  const otherCount = others.reduce((sum, { count }) => sum + count, 0);
  return (
    <ul aria-label="Patterns of these entries" className="flex flex-col gap-0.5">
      {patterns.slice(0, SHOWN_PATTERNS).map(({ pattern, count }) => (
        <li key={pattern} className="flex items-center gap-2">
          <code className="min-w-0 truncate" title={pattern}>
            {pattern}
          </code>
          <span className="ml-auto whitespace-nowrap">{formatCount(count)}</span>
        </li>
      ))}
      {others.length > 0 && (
        <li className="flex items-center gap-2 text-dim">
          {formatCount(others.length)} more patterns
          <span className="ml-auto whitespace-nowrap">{formatCount(otherCount)}</span>
        </li>
      )}
    </ul>
  );
}

function Stages({ stages, jitterRatio }: { stages: ReturnType<typeof stageParts>; jitterRatio: number }) {
  return (
    <section aria-label="Stages" className="text-sm">
      <ol className="flex flex-col gap-0.5">
        {stages.map(({ number, fromRatio, toRatio, entryCount, endsAtMs }) => (
          <li key={number} className="flex flex-wrap gap-x-2">
            <span className="text-dim">Stage {number}</span>
            <span>
              {fromRatio === 0
                ? `the most popular ${formatPercent(toRatio)}`
                : `on to ${formatPercent(toRatio)}`}
            </span>
            <span className="ml-auto whitespace-nowrap">
              {formatCount(entryCount)} {entryCount === 1 ? 'entry' : 'entries'}, done after about{' '}
              {formatDuration(endsAtMs)}
            </span>
          </li>
        ))}
      </ol>
      <p className="text-dim">
        After each stage the run is judged. The time between two loads is drawn up to{' '}
        {formatPercent(jitterRatio)} off its mean.
      </p>
    </section>
  );
}

function describeHook({
  url,
  measuredAtMs,
  measuredMs,
  missCount,
  leastShare,
  mostShare,
}: WarmHookFacts): string {
  const shares = [leastShare, mostShare].map(formatPercent);
  const share = shares[0] === shares[1] ? shares[0] : `${shares[0]} to ${shares[1]}`;
  return `${url} is given the keys that are missing. They stand for ${share} of ${formatCount(missCount)} missed look-ups, which a live probe of ${formatDuration(measuredMs)} saw until ${formatDateTime(measuredAtMs)}.`;
}

function describeSource({ currentPerSecond, capacityPerSecond }: WarmPlan): string {
  const now =
    currentPerSecond === null
      ? 'What the source loads now is not known'
      : `The source loads ${formatRate(currentPerSecond)} now`;
  const stands =
    capacityPerSecond === null
      ? 'what it stands is not declared (--source-capacity).'
      : `stands ${formatRate(capacityPerSecond)}.`;
  return `${now}${currentPerSecond === null ? '; ' : ' and '}${stands}`;
}
