import { absent } from '#cache/keys/absent.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CoherenceSession } from '#cache/memory/coherence.ts';
import { heldValue } from '#cache/memory/memoryStore.ts';
import type { LookupMissReason } from '#cache/metrics/cacheEvents.ts';
import { isSameOwner } from '#cache/store/entryFormat.ts';
import { judgeFreshness } from './freshness.ts';
import { keepInL1 } from './keepLoaded.ts';
import { load } from './load.ts';
import type { KeepOutcome, KeptValue, StaleReason } from './loadAnswer.ts';
import { Fence, type Flight } from './loadsUnderWay.ts';
import { LoneReach } from './many/loneReach.ts';
import type { Reach } from './many/reach.ts';
import { readStored, type StoredEntry, type StoredRead } from './readStored.ts';
import type { ReadSurroundings } from './readSurroundings.ts';
import { refresh } from './refresh/refresh.ts';

/** How a look-up was answered: by a load that the callers waited for, or by something kept. */
export type FlightOutcome<Value> =
  | { readonly from: 'load'; readonly value: Value }
  | {
      readonly from: 'kept';
      readonly kept: KeptValue<Value>;
      /** Null = it is fresh. */
      readonly staleReason: StaleReason | null;
    };

/** Starts a look-up that others can join until it has ended. */
export function startFlight<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  reach: Reach<Value> = new LoneReach(around),
): Flight<FlightOutcome<Value>> {
  // A call without a family does not know whether the entry that it finds has tags.
  const fence = new Fence(request.key, request.owner, request.hasTags || !request.isRepeatable);
  let storing: Promise<KeepOutcome> | null = null;
  let missReason: LookupMissReason | null = null;
  const fly = {
    fence,
    reach,
    setLoaded: (until: Promise<KeepOutcome>) => {
      storing = until;
    },
    setMissReason: (reason: LookupMissReason) => {
      missReason = reason;
    },
  };
  const outcome = run(around, request, fly);
  // A failure reaches those who wait; when all of them gave up waiting, it is nobody's.
  outcome.catch(() => {});
  const flight = { outcome, fence, storing: () => storing, missReason: () => missReason };
  around.loads.add(flight);
  return flight;
}

interface Flying<Value> {
  readonly fence: Fence;
  readonly reach: Reach<Value>;
  setLoaded(storing: Promise<KeepOutcome>): void;
  setMissReason(reason: LookupMissReason): void;
}

async function run<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  flying: Flying<Value>,
): Promise<FlightOutcome<Value>> {
  const { fence, reach } = flying;
  let isStoring = false;
  try {
    // Taken before anything is read: what is read may go into L1 only if no invalidation was missed since.
    const { session } = around.memory;
    const stored = await readStored(around, request);
    if (typeof stored === 'object') {
      const kept = serveStored(around, request, { stored, fence, session });
      if (kept !== null) return kept;
    }
    const fallback = stored === 'away' ? readFallback(around, request) : null;
    if (fallback?.isFresh) return { from: 'kept', kept: fallback, staleReason: null };
    flying.setMissReason(missReasonOf(stored));
    const stale = typeof stored === 'object' ? keptOf(around, stored) : fallback;
    const { answer, storing } = await load(around, request, {
      fence,
      reach,
      session,
      stale,
      isAway: stored === 'away',
    });
    isStoring = true;
    const ended = storing.finally(() => around.loads.end(fence));
    flying.setLoaded(ended);
    around.track(ended);
    return answer.isStale
      ? { from: 'kept', kept: answer.stale, staleReason: answer.reason }
      : { from: 'load', value: answer.value };
  } finally {
    if (!isStoring) around.loads.end(fence);
  }
}

/** An entry that is there, and must not be served before a load, is too old. */
function missReasonOf(stored: StoredRead<unknown>): LookupMissReason {
  if (typeof stored === 'object') return 'expired';
  return stored === 'away' ? 'error' : stored;
}

interface Found<Value> {
  readonly stored: StoredEntry<Value>;
  readonly fence: Fence;
  readonly session: CoherenceSession | null;
}

/** What Redis holds, when it may be served at once; null when a load must come first. */
function serveStored<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { stored, fence, session }: Found<Value>,
): FlightOutcome<Value> | null {
  const { header } = stored;
  const freshness = judgeFreshness(header, request.policy, {
    nowMs: around.clock(),
    random: around.random,
  });
  switch (freshness) {
    case 'ahead':
    case 'early':
      refresh(around, request, { reason: freshness, seen: header });
      return { from: 'kept', kept: keptOf(around, stored), staleReason: null };
    case 'fresh':
      if (session !== null) holdStored(around, request, { stored, fence, session });
      return { from: 'kept', kept: keptOf(around, stored), staleReason: null };
    case 'marked':
      refresh(around, request, { reason: 'stale', seen: header });
      return { from: 'kept', kept: keptOf(around, stored), staleReason: 'revalidating' };
    case 'stale':
      if (!request.policy.isStaleWhileRevalidate || header.isNegative) return null;
      refresh(around, request, { reason: 'stale', seen: header });
      return { from: 'kept', kept: keptOf(around, stored), staleReason: 'revalidating' };
  }
}

/** Puts a fresh entry into L1, unless its tags cannot be told: an invalidation of theirs would not find it there. */
function holdStored<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { stored, fence, session }: Found<Value>,
): void {
  const { header, payload, value } = stored;
  if (header.isTagged && !request.hasTags) return;
  const tags = header.isNegative ? [] : tagsOf(request, value);
  if (tags === 'unknown' || fence.isOutdated(tags)) return;
  keepInL1(around, request, { session, entry: { header, payload, tags } });
}

function tagsOf<Value>(request: Request<Value>, value: Value): readonly string[] | null | 'unknown' {
  try {
    return request.tagsOf(value);
  } catch {
    return 'unknown';
  }
}

function keptOf<Value>(
  around: ReadSurroundings,
  { header, payload, value }: StoredEntry<Value>,
): KeptValue<Value> {
  const { isNegative } = header;
  return {
    value,
    isNegative,
    copy: () => (isNegative ? absent<Value>() : around.serialiser.decode<Value>(payload)),
  };
}

/** What memory holds while Redis does not answer; null when nothing, or another owner's. */
function readFallback<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
): (KeptValue<Value> & { readonly isFresh: boolean }) | null {
  const held = around.memory.readFallback(request.key);
  around.events.emit('layerLookup', {
    pattern: request.policy.pattern,
    layer: 'memory',
    result: held === undefined ? 'miss' : 'hit',
  });
  if (held === undefined) return null;
  if (!isSameOwner(held.header.owner, request.owner)) {
    around.events.emit('scopeViolation', { pattern: request.policy.pattern, key: request.key });
    return null;
  }
  const value = heldValue<Value>(held);
  const isFresh = around.clock() < held.freshUntilMs;
  // Frozen, so that all may share it.
  return { value, isFresh, isNegative: held.header.isNegative, copy: () => value };
}
