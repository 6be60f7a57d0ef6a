import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';
import type { Outcome } from '#cache/store/redisTransport.ts';
import type { EventEnvelope } from '#shared/control/eventEnvelope.ts';
import type {
  EventBus,
  EventBusAdapter,
  Subscriber,
  Subscription,
  SubscriptionSnapshot,
} from './eventBus.ts';

export interface MemoryBusOptions {
  /** Most events that wait for a service; older ones are lost to it. @default 100_000 */
  readonly maxLength?: number;
  /** @default 5 */
  readonly maxDeliveries?: number;
  /** @default 10 */
  readonly retryDelayMs?: number;
}

interface Waiting {
  readonly envelope: EventEnvelope;
  readonly deliveryCount: number;
}

const BATCH_SIZE = 100;
const DONE: Outcome<unknown> = { isDone: true, reply: null };

/** Events between caches of one process, for tests, and as the smallest example of an adapter. They end with the process. */
export function memoryBus(options: MemoryBusOptions = {}): EventBusAdapter {
  const settings = { maxLength: 100_000, maxDeliveries: 5, retryDelayMs: 10, ...options };
  checkTimerMs('retryDelayMs', settings.retryDelayMs);
  const groups = new Map<string, MemoryGroup>();
  let seq = 0;
  const groupOf = (service: string): MemoryGroup => {
    const group = groups.get(service) ?? new MemoryGroup(settings);
    groups.set(service, group);
    return group;
  };
  const bus: EventBus = {
    publish: (envelope) => {
      seq += 1;
      for (const group of groups.values()) group.add({ ...envelope, seq });
      return Promise.resolve(DONE);
    },
    subscribe: (subscriber) => groupOf(subscriber.service).join(subscriber),
    close: () => {},
  };
  return { open: () => bus };
}

/** What waits for one service, and the instances that share it. */
class MemoryGroup {
  readonly #settings: Required<MemoryBusOptions>;
  readonly #members: Subscriber[] = [];
  readonly #busy = new Map<Subscriber, Promise<void>>();
  readonly #waiting: Waiting[] = [];
  #postponedCount = 0;
  #handledCount = 0;
  #lostCount = 0;
  #untoldCount = 0;
  #deadLetterCount = 0;

  constructor(settings: Required<MemoryBusOptions>) {
    this.#settings = settings;
  }

  add(envelope: EventEnvelope): void {
    this.#waiting.push({ envelope, deliveryCount: 1 });
    if (this.#waiting.length > this.#settings.maxLength) {
      this.#waiting.shift();
      this.#lostCount += 1;
      this.#untoldCount += 1;
    }
    this.#deliver();
  }

  join(subscriber: Subscriber): Subscription {
    this.#members.push(subscriber);
    this.#deliver();
    return {
      close: async () => {
        const index = this.#members.indexOf(subscriber);
        if (index !== -1) this.#members.splice(index, 1);
        await this.#busy.get(subscriber);
      },
      snapshot: () => Promise.resolve(this.#snapshot()),
    };
  }

  #snapshot(): SubscriptionSnapshot {
    return {
      undeliveredCount: this.#waiting.filter(({ deliveryCount }) => deliveryCount === 1).length,
      pendingCount: this.#handledCount + this.#postponedCount,
      lostCount: this.#lostCount,
      deadLetterCount: this.#deadLetterCount,
    };
  }

  /** Each member that has nothing to do gets the next batch, after what else is published in this turn of the event loop. */
  #deliver(): void {
    for (const member of [...this.#members]) {
      if (this.#busy.has(member) || this.#waiting.length === 0) continue;
      const done = Promise.resolve()
        .then(() => this.#handOver(member))
        .finally(() => {
          this.#busy.delete(member);
          this.#deliver();
        });
      this.#busy.set(member, done);
    }
  }

  async #handOver(member: Subscriber): Promise<void> {
    if (!this.#members.includes(member)) return;
    if (this.#untoldCount > 0) {
      member.lost(this.#untoldCount);
      this.#untoldCount = 0;
    }
    const batch = this.#waiting.splice(0, BATCH_SIZE);
    if (batch.length === 0) return;
    this.#handledCount += batch.length;
    const verdicts = await member.handle(batch);
    this.#handledCount -= batch.length;
    for (const [index, waiting] of batch.entries()) {
      const verdict = verdicts[index];
      if (verdict?.state === 'done') continue;
      if (verdict?.state === 'failed' && waiting.deliveryCount >= this.#settings.maxDeliveries) {
        this.#deadLetterCount += 1;
        member.deadLettered(waiting.envelope, verdict.reason);
        continue;
      }
      this.#postpone(waiting);
    }
  }

  #postpone({ envelope, deliveryCount }: Waiting): void {
    this.#postponedCount += 1;
    setTimeout(() => {
      this.#postponedCount -= 1;
      this.#waiting.push({ envelope, deliveryCount: deliveryCount + 1 });
      this.#deliver();
    }, this.#settings.retryDelayMs).unref();
  }
}
