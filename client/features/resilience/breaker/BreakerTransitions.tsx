import { formatClock } from '#client/lib/formatTime.ts';
import type { SeenTransition } from '#shared/services/serviceInstance.ts';
import { reasonWords } from '../reasonWords.ts';
import { stateWords } from '../resilienceModel.ts';

/** What the breaker did and why, newest first. */
export function BreakerTransitions({ transitions }: { transitions: readonly SeenTransition[] }) {
  if (transitions.length === 0)
    return <p className="text-dim">It has not changed its state since Cachescope reads it.</p>;
  return (
    <ol className="flex flex-col" aria-label="Changes of state, newest first">
      {transitions.map((seen) => (
        <li
          key={`${seen.toMs} ${seen.to} ${seen.reason}`}
          className="grid grid-cols-[130px_96px_minmax(0,1fr)] gap-2 border-b border-line py-1 last:border-b-0"
        >
          <span className="text-dim">{whenOf(seen)}</span>
          <span>
            {stateWords[seen.to]}
            {seen.count > 1 && ` ×${seen.count}`}
          </span>
          <span className="text-dim">
            {seen.reason === null ? 'it does not say why' : (reasonWords.get(seen.reason) ?? seen.reason)}
          </span>
        </li>
      ))}
    </ol>
  );
}

/** Where it fell between two readings, those are named: `14:02:05–10`. */
function whenOf({ fromMs, toMs }: SeenTransition): string {
  return toMs - fromMs < 1_000
    ? formatClock(toMs)
    : `${formatClock(fromMs)} to ${formatClock(toMs).slice(-5)}`;
}
