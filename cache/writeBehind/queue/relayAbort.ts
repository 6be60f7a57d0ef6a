/**
 * Aborts with the signal until the returned function is called. In the place of `AbortSignal.any`, whose signals Node keeps for
 * ever once they have a listener and are not aborted.
 */
export function relayAbort(signal: AbortSignal, to: AbortController): () => void {
  const relay = (): void => to.abort(signal.reason);
  if (signal.aborted) relay();
  else signal.addEventListener('abort', relay, { once: true });
  return () => signal.removeEventListener('abort', relay);
}
