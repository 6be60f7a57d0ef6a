import { randomUUID } from 'node:crypto';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { CircuitBreaker } from '#cache/resilience/circuitBreaker.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import { RedisTransport } from '#cache/store/redisTransport.ts';
import { jsonSerialiser, type Serialiser } from '#cache/store/serialiser.ts';
import { type StructureCalls, structureCalls } from '#cache/structures/structureCalls.ts';

export interface TestStructures extends StructureCalls {
  /** What the caller did not see, as `operation code`. */
  readonly fallbacks: readonly string[];
}

/** The structures of a service named `shop`, on a Redis that a busy machine may make slow. */
export function openStructures(
  redis: RedisClient,
  {
    serialiser = jsonSerialiser,
    instance = randomUUID(),
  }: { readonly serialiser?: Serialiser; readonly instance?: string } = {},
): TestStructures {
  const events = new CacheEvents();
  const fallbacks: string[] = [];
  events.on('fallback', ({ operation, code }) => fallbacks.push(`${operation} ${code}`));
  const transport = new RedisTransport({
    redis,
    gate: new CircuitBreaker({ slowCallMs: 5_000, clock: Date.now, random: () => 0.5 }),
    commandTimeoutMs: 5_000,
    reconnectHungAfterMs: null,
  });
  const around = { transport, events, prefix: 'shop:', serialiser, instance };
  return { ...structureCalls(around), fallbacks };
}
