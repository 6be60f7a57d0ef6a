import { formatCount } from '#client/lib/formatNumber.ts';
import { PlanFigures } from '#client/ui/dialog/PlanFigures.tsx';
import type { LettersPlan } from '#shared/acting/plan.ts';

/** Which dead letters a plan is of. */
export function LettersFacts({ plan: { keyCount, events, act, stream } }: { plan: LettersPlan }) {
  const what = act === 'replay' ? 'go back into the stream of events' : 'are dropped for good';
  return (
    <div className="flex flex-col gap-3 px-4 py-3">
      <PlanFigures
        figures={[
          {
            value: formatCount(keyCount),
            text: `dead ${keyCount === 1 ? 'letter' : 'letters'} of ${stream.service}: ${what}`,
          },
        ]}
      />
      <ul className="flex flex-col gap-1 text-sm">
        {events.map(({ event, count }) => (
          <li key={event} className="flex gap-2">
            <span className="min-w-12 text-right">{formatCount(count)}</span>
            <span className="min-w-0 break-all">{event === '' ? 'without a name' : event}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}
