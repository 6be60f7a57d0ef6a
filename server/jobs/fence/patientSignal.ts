import type { Clock } from '#server/clock/clock.ts';

/** How long a stopped job still asks what became of its last batch, ms: within the time in which a server has to end. */
const PATIENCE_MS = 5_000;

/** Aborts some seconds after the other signal does. Dispose of it when nobody waits any more. */
export function patientSignal(
  stop: AbortSignal,
  clock: Clock,
): Disposable & { readonly signal: AbortSignal } {
  const late = new AbortController();
  const noLonger = new AbortController();
  const follow = () => void clock.pause(PATIENCE_MS, noLonger.signal).then(() => late.abort(stop.reason));
  if (stop.aborted) follow();
  else stop.addEventListener('abort', follow, { once: true, signal: noLonger.signal });
  return { signal: late.signal, [Symbol.dispose]: () => noLonger.abort() };
}
