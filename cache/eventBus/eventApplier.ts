import { CacheError } from '#cache/cacheError.ts';
import type { Invalidation, InvalidationResult } from '#cache/invalidate/invalidation.ts';
import type { Invalidator } from '#cache/invalidate/invalidator.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';
import { checkPayload } from './checkPayload.ts';
import type { Delivery, Verdict } from './eventBus.ts';
import type { EventContract, EventContracts } from './eventContract.ts';
import { prepareTargets, type TargetSurroundings } from './prepareTargets.ts';
import { RecentIds } from './recentIds.ts';

export interface ApplierSurroundings extends TargetSurroundings {
  readonly events: CacheEvents;
  readonly invalidator: Pick<Invalidator, 'invalidate'>;
  readonly contracts: EventContracts;
  readonly clock: () => number;
}

/** One event of a batch, and what it asks for. */
interface Wish {
  readonly envelope: EventEnvelope;
  readonly deliveryCount: number;
  readonly invalidations: readonly Invalidation[];
}

/** Invalidations under way at one time: each is itself a series of pages of 100 keys, and Redis has other callers. Ours. */
const MAX_CONCURRENT = 4;
/** Ids remembered to know a repeat by: some minutes of a busy stream, about 10 MB. Ours. */
const MAX_RECENT_IDS = 50_000;
/** The label of events that have no name here. */
const NAMELESS = 'other';

const DONE: Verdict = { state: 'done' };
const LATER: Verdict = { state: 'later' };

/**
 * Turns a batch of events into invalidations, each target once: it was named by events that have all happened already. An
 * event is done when Redis has confirmed all that it asks for, or has refused it and the queue of retries keeps it.
 */
export class EventApplier {
  readonly #around: ApplierSurroundings;
  readonly #recent = new RecentIds(MAX_RECENT_IDS);
  #ignoredCount = 0;

  constructor(around: ApplierSurroundings) {
    this.#around = around;
  }

  /** Events that this service has not declared, or declared without saying what they invalidate. */
  get ignoredCount(): number {
    return this.#ignoredCount;
  }

  async handle(deliveries: readonly Delivery[]): Promise<readonly Verdict[]> {
    const verdicts = new Map<Delivery, Verdict>();
    const wishes = new Map<Delivery, Wish>();
    const repeats = new Map<Delivery, Delivery>();
    const firstById = new Map<string, Delivery>();
    for (const delivery of deliveries) {
      const id = delivery.envelope?.id ?? '';
      const first = id === '' ? undefined : firstById.get(id);
      if (first !== undefined) {
        repeats.set(delivery, first);
        continue;
      }
      firstById.set(id, delivery);
      const wish = await this.#prepare(delivery);
      if ('state' in wish) verdicts.set(delivery, wish);
      else wishes.set(delivery, wish);
    }
    const results = await this.#invalidateAll([...wishes.values()]);
    for (const [delivery, wish] of wishes) verdicts.set(delivery, this.#conclude(wish, results));
    for (const [delivery, first] of repeats) {
      const verdict = verdicts.get(first) ?? LATER;
      // A repeat of what failed is not a failure more, but must not be lost either.
      verdicts.set(delivery, verdict.state === 'failed' ? LATER : verdict);
      if (verdict.state === 'done') this.#emit(delivery.envelope?.event ?? NAMELESS, 'duplicate');
    }
    return deliveries.map((delivery) => verdicts.get(delivery) ?? LATER);
  }

  async #prepare({ envelope, deliveryCount }: Delivery): Promise<Wish | Verdict> {
    if (envelope === null) {
      this.#emit(NAMELESS, 'failed');
      return { state: 'failed', reason: 'The envelope cannot be read.' };
    }
    const contract = this.#contractOf(envelope.event);
    if (contract?.invalidates === undefined) {
      this.#ignoredCount += 1;
      return DONE;
    }
    if (this.#recent.has(envelope.id)) {
      this.#emit(envelope.event, 'duplicate');
      return DONE;
    }
    try {
      const payload = await checkPayload(envelope.event, contract, JSON.parse(envelope.payloadJson));
      const invalidations = await prepareTargets(this.#around, contract.invalidates(payload));
      return invalidations === null ? LATER : { envelope, deliveryCount, invalidations };
    } catch (error) {
      this.#emit(envelope.event, 'failed');
      return { state: 'failed', reason: reasonOf(error) };
    }
  }

  #contractOf(event: string): EventContract<unknown> | undefined {
    return Object.hasOwn(this.#around.contracts, event) ? this.#around.contracts[event] : undefined;
  }

  /** By target; `hard` where any event asks for it. */
  async #invalidateAll(wishes: readonly Wish[]): Promise<Map<string, InvalidationResult>> {
    const merged = new Map<string, Invalidation>();
    for (const invalidation of wishes.flatMap(({ invalidations }) => invalidations)) {
      const id = idOf(invalidation);
      if (invalidation.mode === 'hard' || !merged.has(id)) merged.set(id, invalidation);
    }
    const results = new Map<string, InvalidationResult>();
    const waiting = merged.entries();
    const work = async (): Promise<void> => {
      for (const [id, invalidation] of waiting) {
        results.set(id, await this.#around.invalidator.invalidate(invalidation));
      }
    };
    await Promise.all(Array.from({ length: MAX_CONCURRENT }, work));
    return results;
  }

  /** What several events named counts as removed by the first. */
  #conclude(
    { envelope, deliveryCount, invalidations }: Wish,
    results: Map<string, InvalidationResult>,
  ): Verdict {
    let fanOut = 0;
    for (const invalidation of invalidations) {
      const id = idOf(invalidation);
      const result = results.get(id);
      if (result === undefined || !isSettled(result)) return LATER;
      fanOut += result.removedCount;
      results.set(id, { ...result, removedCount: 0 });
    }
    this.#recent.add(envelope.id);
    const lagMs = Math.max(0, this.#around.clock() - envelope.atMs);
    this.#around.events.emit('event', { event: envelope.event, state: 'applied', count: 1, lagMs, fanOut });
    if (deliveryCount > 1) this.#emit(envelope.event, 'replayed');
    return DONE;
  }

  #emit(event: string, state: 'replayed' | 'duplicate' | 'failed'): void {
    this.#around.events.emit('event', { event, state, count: 1, lagMs: null, fanOut: 0 });
  }
}

/**
 * What Redis refuses is kept by the queue of retries, which ends with its dead letters. What it did not answer is not: that
 * queue is in memory, and the bus outlives the process.
 */
function isSettled(result: InvalidationResult): boolean {
  if (result.state === 'done') return true;
  return result.state === 'queued' && (result.code === 'refused' || result.code === 'outOfMemory');
}

function idOf({ kind, target }: Invalidation): string {
  return `${kind} ${target}`;
}

function reasonOf(error: unknown): string {
  if (error instanceof CacheError) return `${error.code}: ${error.message}`;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
