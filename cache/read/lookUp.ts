import { absent } from '#cache/keys/absent.ts';
import type { Request } from '#cache/keys/policy.ts';
import { heldValue, type MemoryEntry } from '#cache/memory/memoryStore.ts';
import { isSameOwner } from '#cache/store/entryFormat.ts';
import { type FlightOutcome, startFlight } from './flight.ts';
import { judgeFreshness } from './freshness.ts';
import { DROPPED } from './loadAnswer.ts';
import type { Flight } from './loadsUnderWay.ts';
import type { ReadSurroundings } from './readSurroundings.ts';
import { refresh } from './refresh/refresh.ts';
import { waitAtMost } from './waitAtMost.ts';

/** How a look-up is made, besides its request. */
export interface LookUpManner<Value> {
  /** Starts look-ups that load together with others. */
  readonly batch?: { start(request: Request<Value>): Flight<FlightOutcome<Value>> } | null;
  /** What it joined before was overtaken by an invalidation: this time it takes what it gets. */
  readonly isSecond?: boolean;
  /** Told what came of it. */
  tell?(result: 'hit' | 'miss'): void;
}

const PLAIN = {};

/**
 * The one way to a value: L1, then a look-up shared by all who ask for the key meanwhile. Rejects with what the loader threw,
 * `loadTimeout`, `overloaded` or `waitTimeout`; never because Redis is away.
 */
export function lookUp<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  manner: LookUpManner<Value> = PLAIN,
): Promise<Value> {
  const held = readHeld(around, request);
  if (held === undefined) return lookUpShared(around, request, manner);
  manner.tell?.('hit');
  refreshIfDue(around, request, held);
  return serveHeld(around, request.policy.pattern, held);
}

/** What L1 holds for the owner of the request; another owner's is counted, and not given. */
function readHeld(
  around: ReadSurroundings,
  { key, owner, policy }: Pick<Request<unknown>, 'key' | 'owner' | 'policy'>,
): MemoryEntry | undefined {
  const held = around.memory.readL1(key);
  if (held === undefined || isSameOwner(held.header.owner, owner)) return held;
  around.events.emit('scopeViolation', { pattern: policy.pattern, key });
  return undefined;
}

/** A look-up that L1 answers. */
export function serveHeld<Value>(
  { events }: ReadSurroundings,
  pattern: string,
  held: MemoryEntry,
): Promise<Value> {
  events.emit('layerLookup', { pattern, layer: 'l1', result: 'hit' });
  events.emit('lookup', { pattern, result: 'hit' });
  if (!held.header.isNegative) return Promise.resolve(heldValue<Value>(held));
  events.emit('negativeServed', { pattern });
  return Promise.resolve(absent<Value>());
}

async function lookUpShared<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  manner: LookUpManner<Value>,
): Promise<Value> {
  const { pattern } = request.policy;
  const joined = around.loads.join<FlightOutcome<Value>>(request.key, request.owner);
  const storing = joined?.storing() ?? null;
  if (storing !== null) {
    await waitAtMost(storing, request.waitTimeoutMs, request.key);
    return lookUp(around, request, alone(manner));
  }
  if (around.memory.session !== null) {
    around.events.emit('layerLookup', { pattern, layer: 'l1', result: 'miss' });
  }
  let result: 'hit' | 'miss' = 'miss';
  let isWaiting = joined !== undefined;
  let isDone = true;
  const leftMs = leftOf(request.waitTimeoutMs);
  const flight = joined ?? manner.batch?.start(request) ?? startFlight(around, request);
  try {
    const outcome = await waitAtMost(flight.outcome, request.waitTimeoutMs, request.key);
    if (outcome.from === 'load') {
      if (joined === undefined) return outcome.value;
      const kept = await waitAtMost(joined.storing() ?? DONE, leftMs(), request.key);
      if (kept.state === 'outdated' && manner.isSecond !== true) {
        isDone = false;
        return await lookUp(around, request, { ...alone(manner), isSecond: true });
      }
      return kept.state === 'kept' && kept.payload !== null
        ? around.serialiser.decode<Value>(kept.payload)
        : outcome.value;
    }
    if (outcome.staleReason !== null) {
      around.events.emit('staleServed', { pattern, reason: outcome.staleReason });
    }
    if (outcome.staleReason === null || outcome.staleReason === 'revalidating') {
      result = 'hit';
      isWaiting = false;
    }
    if (outcome.staleReason === null) around.tellHit(request);
    if (outcome.kept.isNegative) around.events.emit('negativeServed', { pattern });
    // Each caller gets a value of its own, so that none sees what another changes in it.
    return joined === undefined ? outcome.kept.value : outcome.kept.copy();
  } finally {
    if (isDone) {
      const reason = result === 'miss' ? flight.missReason() : null;
      around.events.emit('lookup', reason === null ? { pattern, result } : { pattern, result, reason });
      manner.tell?.(result);
      if (isWaiting) around.events.emit('coalesced', { pattern });
    }
  }
}

/** What is left of a wait from now on, ms; a wait that is over ends at the next turn. */
function leftOf(waitTimeoutMs: number | undefined): () => number | undefined {
  if (waitTimeoutMs === undefined) return () => undefined;
  const untilMs = performance.now() + waitTimeoutMs;
  return () => Math.max(0, untilMs - performance.now());
}

const DONE = Promise.resolve(DROPPED);

/** Without its batch, which may have gone to the source meanwhile. */
function alone<Value>(manner: LookUpManner<Value>): LookUpManner<Value> {
  return { tell: (result) => manner.tell?.(result) };
}

function refreshIfDue<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { header }: MemoryEntry,
): void {
  const { refreshAheadRatio, earlyRefreshBeta } = request.policy;
  if (refreshAheadRatio === null && earlyRefreshBeta === null) return;
  const freshness = judgeFreshness(header, request.policy, {
    nowMs: around.clock(),
    random: around.random,
  });
  if (freshness === 'ahead' || freshness === 'early') {
    refresh(around, request, { reason: freshness, seen: header });
  }
}
