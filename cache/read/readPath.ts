import { CacheError, type CacheErrorCode } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { decodeEntry } from '#cache/store/entryFormat.ts';
import type { RedisTransport } from '#cache/store/redisTransport.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';
import type { StandardSchema } from '#cache/validate/standardSchema.ts';
import { Fence, type Flight, type FlightOutcome, type Flights } from './flight.ts';
import { waitAtMost } from './waitAtMost.ts';

export interface Lookup<Value> {
  /** Whole name in Redis. */
  readonly key: string;
  readonly pattern: string;
  readonly schema: StandardSchema<Value> | undefined;
  /** How long this caller waits, ms; the load goes on for the others. Undefined = as long as it takes. */
  readonly waitTimeoutMs: number | undefined;
  load(): Promise<Value>;
  /** Stores what was loaded. Never rejects. */
  store(loaded: Loaded<Value>): Promise<void>;
}

export interface Loaded<Value> {
  readonly value: Value;
  readonly loadMs: number;
  readonly fence: Fence;
}

export interface ReadSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly serialiser: Serialiser;
  readonly flights: Flights;
  readonly clock: () => number;
}

/** The one way to a value: Redis, then the load, shared by all who ask for the key meanwhile. */
export async function lookUp<Value>(around: ReadSurroundings, lookup: Lookup<Value>): Promise<Value> {
  const joined = around.flights.get<Value>(lookup.key);
  // A value that is loaded already is an answer from memory: nobody waits for the source.
  const isLoaded = joined?.isLoaded() === true;
  const flight = joined ?? startFlight(around, lookup);
  let result: 'hit' | 'miss' = 'miss';
  let isWaiting = joined !== undefined && !isLoaded;
  try {
    const outcome = await waitAtMost(flight.outcome, lookup.waitTimeoutMs, lookup.key);
    if (outcome.from === 'load') {
      if (isLoaded) result = 'hit';
      return outcome.value;
    }
    result = 'hit';
    isWaiting = false;
    if (joined === undefined) return outcome.value;
    // Each caller gets a value of its own, so that none sees what another changes in it.
    return await check(lookup, around.serialiser.decode<Value>(outcome.payload));
  } finally {
    around.events.emit('lookup', { pattern: lookup.pattern, result });
    if (isWaiting) around.events.emit('coalesced', { pattern: lookup.pattern });
  }
}

function startFlight<Value>(around: ReadSurroundings, lookup: Lookup<Value>): Flight<Value> {
  let isLoaded = false;
  const fence = new Fence();
  const fly = async (): Promise<FlightOutcome<Value>> => {
    try {
      const stored = await readStored(around, lookup);
      if (stored !== null) {
        around.flights.end(lookup.key, flight);
        return { from: 'cache', ...stored };
      }
      const loaded = { ...(await runLoad(around, lookup)), fence };
      isLoaded = true;
      void lookup.store(loaded).finally(() => around.flights.end(lookup.key, flight));
      return { from: 'load', value: loaded.value };
    } catch (error) {
      around.flights.end(lookup.key, flight);
      throw error;
    }
  };
  // One tick later, so that `flight` exists when `fly` ends it.
  const outcome = Promise.resolve().then(fly);
  const flight: Flight<Value> = { outcome, fence, isLoaded: () => isLoaded };
  // A failure reaches those who wait; when all of them gave up waiting, it is nobody's.
  outcome.catch(() => {});
  around.flights.add(lookup.key, flight);
  return flight;
}

async function readStored<Value>(
  around: ReadSurroundings,
  lookup: Lookup<Value>,
): Promise<{ value: Value; payload: Buffer } | null> {
  const outcome = await around.transport.run((redis) => redis.getBuffer(lookup.key));
  const unusable = (code: CacheErrorCode, error: unknown): null => {
    around.events.emit('fallback', { operation: 'get', code, error });
    return null;
  };
  if (!outcome.isDone) return unusable(outcome.code, outcome.error);
  const result = outcome.reply === null ? 'miss' : 'hit';
  around.events.emit('layerLookup', { layer: 'l2', result });
  if (outcome.reply === null) return null;
  const entry = decodeEntry(outcome.reply);
  if (entry === null) return unusable('undecodable', null);
  let decoded: Value;
  try {
    decoded = around.serialiser.decode<Value>(entry.payload);
  } catch (error) {
    return unusable('undecodable', error);
  }
  try {
    return { value: await check(lookup, decoded), payload: entry.payload };
  } catch (error) {
    return unusable('invalid', error);
  }
}

async function runLoad<Value>(around: ReadSurroundings, lookup: Lookup<Value>) {
  const startedAtMs = around.clock();
  let result: 'success' | 'failure' = 'failure';
  try {
    const value = await check(lookup, await lookup.load());
    result = 'success';
    return { value, loadMs: around.clock() - startedAtMs };
  } finally {
    const durationMs = Math.max(0, around.clock() - startedAtMs);
    around.events.emit('loaded', { pattern: lookup.pattern, result, durationMs });
  }
}

async function check<Value>({ schema, key }: Lookup<Value>, value: Value): Promise<Value> {
  if (schema === undefined) return value;
  const checked = await schema['~standard'].validate(value);
  if (checked.issues === undefined) return checked.value;
  const issues = checked.issues.map((issue) => issue.message).join('; ');
  throw new CacheError('invalidValue', `The value does not fit the schema of its family: ${issues}`, { key });
}
