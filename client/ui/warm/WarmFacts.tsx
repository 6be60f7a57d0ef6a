import { formatBytes, formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { WarmPlan } from '#shared/acting/plan.ts';
import { PlanFigures } from '../dialog/PlanFigures.tsx';

const roomTexts: Record<WarmPlan['room'], string> = {
  fits: 'They fit into Redis.',
  wouldEvict: 'They do not fit into Redis, which would evict other keys for them.',
  wouldFail: 'They do not fit into Redis, which would refuse them.',
  unknown: 'Whether they fit into Redis is not known.',
};

/** What a run of a warmer would load, and what the source has to give for it. */
export function WarmFacts({ plan }: { plan: WarmPlan }) {
  const { preview, loadCount, bytes, room, perSecond, duration, answeredBy } = plan;
  const about = loadCount.isExact ? '' : '~';
  const facts = [
    { value: formatCount(preview.entryCount), text: `entries listed, says ${answeredBy}` },
    {
      value: `${about}${formatCount(Math.round(loadCount.value))}`,
      text: 'of them not fresh: these are loaded',
    },
    { value: bytes === null ? '–' : `~${formatBytes(bytes.value)}`, text: 'in Redis' },
    { value: formatRate(perSecond), text: `loads at most, ${preview.concurrency} at one time` },
    { value: `${about}${formatDuration(duration.value)}`, text: 'to run' },
  ];
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <PlanFigures figures={facts} />
      <p className={room === 'fits' ? '' : 'text-amber'}>{roomTexts[room]}</p>
      <p>{describeSource(plan)}</p>
    </div>
  );
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
