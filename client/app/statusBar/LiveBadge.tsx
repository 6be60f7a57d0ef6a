import type { LiveState } from '#client/lib/deriveLiveState.ts';
import { formatClock } from '#client/lib/formatTime.ts';
import { useLive } from '#client/lib/liveContext.ts';
import { Age } from '#client/ui/values/Age.tsx';

const words: Record<LiveState, string> = {
  connecting: 'connecting',
  live: 'live',
  polling: 'polling',
  reconnecting: 'reconnecting',
  gone: 'server gone',
  paused: 'paused',
};

const explanations: Record<LiveState, string> = {
  connecting: 'Waiting for the first answer of the server.',
  live: 'The server sends each change as it happens.',
  polling: 'The live stream is down; the page asks every few seconds instead.',
  reconnecting: 'Nothing came from the server for some seconds.',
  gone: 'The Cachescope server does not answer. The page retries by itself.',
  paused: 'Nothing on the page moves until you go on.',
};

/** Live or not, and how old the youngest data is. The shape says it too: filled = live, hollow = not. */
export function LiveBadge({ readAtMs, isRedisGone }: { readAtMs: number | null; isRedisGone: boolean }) {
  const { state, pausedAtMs } = useLive();
  const isLive = !isRedisGone && (state === 'live' || state === 'polling');
  return (
    <span title={explanations[state]} className="inline-flex items-center gap-1.5 whitespace-nowrap">
      <Dot state={state} isRedisGone={isRedisGone} />
      <span role="status">{isRedisGone ? `no Redis, page ${words[state]}` : words[state]}</span>
      {pausedAtMs !== null && <span className="text-dim">since {formatClock(pausedAtMs)}</span>}
      {pausedAtMs === null && readAtMs !== null && (
        <span className={isLive ? 'text-dim' : 'text-amber'}>
          <Age atMs={readAtMs} />
        </span>
      )}
    </span>
  );
}

function Dot({ state, isRedisGone }: { state: LiveState; isRedisGone: boolean }) {
  const isLive = state === 'live' && !isRedisGone;
  const colour = isLive ? 'var(--green)' : state === 'gone' || isRedisGone ? 'var(--verm)' : 'var(--amber)';
  return (
    <svg viewBox="0 0 8 8" width={8} height={8} aria-hidden="true">
      <circle cx="4" cy="4" r="3" fill={isLive ? colour : 'none'} stroke={colour} strokeWidth="1.6" />
    </svg>
  );
}
