import { CacheError } from '#cache/cacheError.ts';
import type {
  BusSurroundings,
  EventBus,
  EventBusAdapter,
  Subscriber,
  Subscription,
} from '#cache/eventBus/eventBus.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import { type Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { type EventEnvelope, prepareEnvelopeFields } from '#shared/control/eventEnvelope.ts';
import {
  DEFAULT_EVENT_STREAM,
  type EventStreamKeys,
  eventStreamKeys,
} from '#shared/control/eventStreamKeys.ts';
import { StreamConsumer } from './streamConsumer.ts';
import { publishScript } from './streamScripts.ts';

export interface RedisStreamBusOptions {
  /** Shared by all who publish and all who listen, so of no service. @default 'cachescope:events' */
  readonly stream?: string;
  /** Entries that the stream keeps, approximately; older ones are dropped, and are lost to who has not read them. @default 100_000 */
  readonly maxLength?: number;
  /** Most events that are applied together, and acknowledged together. @default 100 */
  readonly batchSize?: number;
  /** Longest wait for new events in one command, ms; 0 = none at all. @default 5_000 */
  readonly blockMs?: number;
  /** An event that an instance has not finished for so long is taken up by another, ms. @default 30_000 */
  readonly claimIdleMs?: number;
  /** Deliveries after which an event that fails goes to the dead letters. @default 5 */
  readonly maxDeliveries?: number;
  /** Wait before an event that failed is tried again, ms; doubled from time to time, up to 30 s. @default 1_000 */
  readonly retryDelayMs?: number;
  /** Name in the group; one that stays over a restart takes up at once what it had left. @default the cache's `instance` */
  readonly consumer?: string;
  /** The Redis of the stream, where it is another than the cache's. It stays the caller's. @default the cache's */
  readonly redis?: RedisClient;
}

export interface StreamBusSettings extends Required<Omit<RedisStreamBusOptions, 'consumer' | 'redis'>> {
  /** Null = the instance. */
  readonly consumer: string | null;
  /** Null = the cache's. */
  readonly redis: RedisClient | null;
}

const defaults = {
  stream: DEFAULT_EVENT_STREAM,
  maxLength: 100_000,
  batchSize: 100,
  blockMs: 5_000,
  claimIdleMs: 30_000,
  maxDeliveries: 5,
  retryDelayMs: 1_000,
};

/** Longest wait for one reply, and for one that is overdue, of a Redis of the stream's own, ms; as the cache's defaults. */
const TIMES = { commandTimeoutMs: 500, reconnectHungAfterMs: 10_000 };

/**
 * Events over a Redis stream, one consumer group a service. Each is applied by one instance of each service, at least once;
 * what failed too often is in `cachescope:{stream}:dead-letters:{service}`. Opens one connection more. Throws `badOptions`.
 */
export function redisStreamBus(options: RedisStreamBusOptions = {}): EventBusAdapter {
  const settings = prepareStreamSettings(options);
  return { open: (around) => new RedisStreamBus(around, settings) };
}

export function prepareStreamSettings(options: RedisStreamBusOptions): StreamBusSettings {
  const { consumer = null, redis = null } = options;
  const settings = { ...defaults, ...options, consumer, redis };
  if (settings.stream === '' || !/^(\{[^{}]+\}|[^{}])*$/.test(settings.stream)) {
    throw new CacheError('badOptions', `stream must be a name with braces only around a hash tag.`);
  }
  for (const name of ['maxLength', 'batchSize', 'claimIdleMs', 'maxDeliveries', 'retryDelayMs'] as const) {
    if (settings[name] >= 1) continue;
    throw new CacheError('badOptions', `${name} must be 1 or more, and is ${settings[name]}.`);
  }
  if (!(settings.blockMs >= 0)) {
    throw new CacheError('badOptions', `blockMs must be 0 or more, and is ${settings.blockMs}.`);
  }
  return settings;
}

class RedisStreamBus implements EventBus {
  readonly #around: BusSurroundings;
  readonly #settings: StreamBusSettings;
  readonly #keys: EventStreamKeys;
  readonly #isOwnTransport: boolean;

  constructor(around: BusSurroundings, settings: StreamBusSettings) {
    const { redis } = settings;
    this.#settings = settings;
    this.#keys = eventStreamKeys(settings.stream);
    this.#isOwnTransport = redis !== null;
    this.#around = redis === null ? around : { ...around, redis, transport: openTransport(around, redis) };
  }

  publish(envelope: EventEnvelope): Promise<Outcome<unknown>> {
    return publishScript.run(this.#around.transport, {
      keys: [this.#keys.stream, this.#keys.counter],
      args: [this.#settings.maxLength, ...prepareEnvelopeFields(envelope)],
    });
  }

  subscribe(subscriber: Subscriber): Subscription {
    const consumer = new StreamConsumer(
      { ...this.#around, keys: this.#keys, settings: this.#settings },
      subscriber,
    );
    consumer.start();
    return consumer;
  }

  close(): void {
    if (this.#isOwnTransport) this.#around.transport.close();
  }
}

function openTransport({ clock, random }: BusSurroundings, redis: RedisClient): RedisTransport {
  return new RedisTransport({ redis, gate: new CircuitBreaker({ clock, random }), ...TIMES });
}
