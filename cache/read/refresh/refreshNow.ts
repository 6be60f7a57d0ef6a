import type { Request } from '#cache/keys/policy.ts';
import type { FlightOutcome } from '../flight.ts';
import { keepLoaded } from '../keepLoaded.ts';
import { guarded, readMark } from '../load.ts';
import { DROPPED, type KeepOutcome } from '../loadAnswer.ts';
import { Fence } from '../loadsUnderWay.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';
import type { Loaded } from '../sourceGuard.ts';
import { judgeStored } from './judgeStored.ts';
import { claimRefresh } from './lease.ts';

/**
 * `fresh`: it was. `loaded`: it is now, or there was nothing to store. `unstored`: it was loaded, and Redis did not say that it took it.
 * `overtaken`: something newer, or an invalidation, came meanwhile. `leased`: somebody else is loading it. `busy`: the source has no room. `away`: Redis does not answer. `withdrawn`: `admit` said no.
 */
export type RefreshNowResult =
  | {
      readonly state:
        | 'fresh'
        | 'loaded'
        | 'unstored'
        | 'overtaken'
        | 'leased'
        | 'busy'
        | 'away'
        | 'withdrawn';
    }
  | { readonly state: 'failed'; readonly error: unknown };

/**
 * Makes an entry fresh for nobody in particular: it is loaded if it is missing in Redis or not fresh, as a look-up would load
 * it, but yields to callers where the source is busy. No look-up is counted, here or in Redis, and L1 is left to what callers
 * read: a long list of entries would push them out. `admit` is asked before the source is, and may take its time.
 */
export async function refreshNow<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  admit: () => Promise<boolean> = async () => true,
): Promise<RefreshNowResult> {
  const seen = await judgeStored(around, request);
  if (seen === 'fresh' || seen === 'away') return { state: seen };
  if (isUnderWay(around, request)) return { state: 'leased' };
  if (!(await admit())) return { state: 'withdrawn' };
  const release = await claimRefresh(around, request);
  if (release === null) return { state: 'leased' };
  try {
    return await loadNow(around, request);
  } catch (error) {
    return { state: 'failed', error };
  } finally {
    release();
  }
}

async function loadNow<Value>(around: ReadSurroundings, request: Request<Value>): Promise<RefreshNowResult> {
  const { key } = request;
  if (isUnderWay(around, request)) return { state: 'leased' };
  const fence = new Fence(key, request.owner);
  around.loads.addUnjoined(fence);
  around.refreshing.add(key);
  const ended = Promise.withResolvers<KeepOutcome>();
  try {
    // Once more with the lease in hand: whoever had it may have stored the entry between our look and our claim.
    const seen = await judgeStored(around, request);
    if (seen === 'fresh' || seen === 'away') return { state: seen };
    const mark = await readMark(around);
    if (mark === null) return { state: 'away' };
    const loading = around.guard.tryRun(guarded(request));
    if (loading === null) return { state: 'busy' };
    if (seen === 'missing') letJoin(around, { fence, loading, ended: ended.promise });
    const kept = await keepLoaded(around, request, { ...(await loading), fence, mark, session: null });
    ended.resolve(kept);
    if (kept.state === 'outdated') return { state: 'overtaken' };
    return { state: kept.state === 'kept' && !kept.isStored ? 'unstored' : 'loaded' };
  } finally {
    around.loads.end(fence);
    around.refreshing.delete(key);
    ended.resolve(DROPPED);
  }
}

interface Joinable<Value> {
  readonly fence: Fence;
  readonly loading: Promise<Loaded<Value>>;
  /** Settles when the value has been kept. */
  readonly ended: Promise<KeepOutcome>;
}

/** Callers who miss the entry meanwhile share the load. With an old entry in place they do not: they may be served that. */
function letJoin<Value>(around: ReadSurroundings, { fence, loading, ended }: Joinable<Value>): void {
  let isLoaded = false;
  const outcome = loading.then(({ value }): FlightOutcome<Value> => {
    isLoaded = true;
    return { from: 'load', value };
  });
  // A failure is told to who joined; here it is the result.
  outcome.catch(() => {});
  // Whoever joins misses since somebody asked for a refresh, and nobody looked for its reason.
  around.loads.add({ outcome, fence, storing: () => (isLoaded ? ended : null), missReason: () => null });
}

function isUnderWay(around: ReadSurroundings, { key, owner }: Request<unknown>): boolean {
  return around.refreshing.has(key) || around.loads.join(key, owner) !== undefined;
}
