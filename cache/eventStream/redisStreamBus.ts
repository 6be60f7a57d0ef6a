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
import { type EventStreamKeys, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import {
  prepareStreamSettings,
  type RedisStreamBusOptions,
  type StreamBusSettings,
} from './streamBusOptions.ts';
import { StreamConsumer } from './streamConsumer.ts';
import { publishScript } from './streamScripts.ts';

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

class RedisStreamBus implements EventBus {
  readonly stream?: string;
  readonly #around: BusSurroundings;
  readonly #settings: StreamBusSettings;
  readonly #keys: EventStreamKeys;
  readonly #isOwnTransport: boolean;

  constructor(around: BusSurroundings, settings: StreamBusSettings) {
    const { redis } = settings;
    this.#settings = settings;
    this.#keys = eventStreamKeys(settings.stream);
    this.#isOwnTransport = redis !== null;
    if (redis === null) this.stream = settings.stream;
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
