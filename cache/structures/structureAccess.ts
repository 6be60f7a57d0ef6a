import { CacheError, type CacheErrorCode } from '#cache/cacheError.ts';
import { checkTtl } from '#cache/keys/entryLives.ts';
import { wholeKey } from '#cache/keys/wholeKey.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { LuaScript } from '#cache/store/luaScript.ts';
import type { CommandArgument, RedisClient } from '#cache/store/redisClient.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import type { Serialiser } from '#cache/store/serialiser.ts';
import type { StructureCallKeys } from './structureCallKeys.ts';
import type { StructureCount, StructureFailure, StructureRead, StructureWrite } from './structureResult.ts';

export interface StructureSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  readonly serialiser: Serialiser;
  readonly calls: StructureCallKeys;
}

export interface StructureOptions {
  /** How long Redis keeps the whole, seconds. */
  readonly ttlSeconds: number;
  /**
   * From when the TTL counts. `lastWrite`: each write gives the whole TTL again, and never less than is left. `creation`: no
   * write prolongs it.
   * @default 'lastWrite'
   */
  readonly ttlFrom?: 'lastWrite' | 'creation';
}

/** Most fields, members or items in one call: Redis serves nobody else meanwhile. Ours: about 1 ms. */
export const MAX_PER_CALL = 1_000;

type Ran = StructureFailure | { readonly state: 'done'; readonly reply: unknown };

/** The way of one structure to its key. Nothing rejects because Redis is away: failures are values, and events. */
export class StructureAccess {
  readonly #around: StructureSurroundings;
  readonly #key: string;
  readonly #lives: readonly [number, string];

  /** Throws `badField`, `reservedKey` and `badOptions`. */
  constructor(around: StructureSurroundings, key: string, { ttlSeconds, ttlFrom }: StructureOptions) {
    checkTtl(ttlSeconds, key);
    checkCount(`${key}: ttlSeconds in ms`, Math.ceil(ttlSeconds * 1_000), Number.MAX_SAFE_INTEGER);
    if (ttlFrom !== undefined && ttlFrom !== 'lastWrite' && ttlFrom !== 'creation') {
      throw new CacheError('badOptions', `${key}: ttlFrom is lastWrite or creation.`);
    }
    this.#around = around;
    this.#key = wholeKey(around.prefix, key);
    this.#lives = [Math.ceil(ttlSeconds * 1_000), ttlFrom ?? 'lastWrite'];
  }

  /** Runs one command that reads. `parse` may throw: then the reply is `undecodable`. */
  async read<Reply, Value>(
    command: (redis: RedisClient, key: string) => Promise<Reply>,
    parse: (reply: Reply) => Value,
  ): Promise<StructureRead<Value>> {
    const outcome = await this.#around.transport.run((redis) => command(redis, this.#key));
    if (!outcome.isDone) return this.#fail(outcome.code, outcome.error);
    try {
      return { state: 'read', value: parse(outcome.reply) };
    } catch (error) {
      return this.#fail('undecodable', error);
    }
  }

  /** Runs a script that writes. `prepare` may throw: then the value is `unserialisable`, and nothing is sent. */
  async write(script: LuaScript, prepare: () => readonly CommandArgument[]): Promise<StructureWrite> {
    const outcome = await this.#run(script, prepare);
    return outcome.state === 'failed' ? outcome : { state: 'stored' };
  }

  /** As `write`, for a script that must not run twice: it is told the call's number, by which Redis knows it again. */
  async writeOnce(script: LuaScript, prepare: () => readonly CommandArgument[]): Promise<StructureWrite> {
    const outcome = await this.#runOnce(script, prepare);
    return outcome.state === 'failed' ? outcome : { state: 'stored' };
  }

  /** As `writeOnce`, with the number that the script returns. */
  async countOnce(script: LuaScript, args: readonly CommandArgument[]): Promise<StructureCount> {
    const outcome = await this.#runOnce(script, () => args);
    return outcome.state === 'failed' ? outcome : { state: 'stored', value: parseScore(outcome.reply) };
  }

  async delete(): Promise<StructureWrite> {
    const outcome = await this.#around.transport.run((redis) => redis.unlink(this.#key));
    return outcome.isDone ? { state: 'stored' } : this.#fail(outcome.code, outcome.error);
  }

  encode(value: unknown): Uint8Array {
    return this.#around.serialiser.encode(value);
  }

  decode<Item>(bytes: Uint8Array): Item {
    return this.#around.serialiser.decode<Item>(bytes);
  }

  #runOnce(script: LuaScript, prepare: () => readonly CommandArgument[]): Promise<Ran> {
    const { key, bit, memoryMs } = this.#around.calls.take(this.#key);
    return this.#run(script, () => [bit, memoryMs, ...prepare()], key === null ? [] : [key]);
  }

  async #run(
    script: LuaScript,
    prepare: () => readonly CommandArgument[],
    moreKeys: readonly string[] = [],
  ): Promise<Ran> {
    let args: readonly CommandArgument[];
    try {
      args = prepare();
    } catch (error) {
      return this.#fail('unserialisable', error);
    }
    const outcome: Outcome<unknown> = await script.run(this.#around.transport, {
      keys: [this.#key, ...moreKeys],
      args: [...this.#lives, ...args],
    });
    return outcome.isDone ? { state: 'done', reply: outcome.reply } : this.#fail(outcome.code, outcome.error);
  }

  #fail(code: CacheErrorCode, error: unknown): StructureFailure {
    this.#around.events.emit('fallback', { operation: 'structure', code, error });
    return { state: 'failed', code };
  }
}

/** Redis writes scores as text. */
export function parseScore(reply: unknown): number {
  if (reply === 'inf') return Number.POSITIVE_INFINITY;
  return reply === '-inf' ? Number.NEGATIVE_INFINITY : Number(reply);
}

/** Throws `badOptions` unless it is a whole number from 1 to the bound. */
export function checkCount(name: string, count: number, max = MAX_PER_CALL): void {
  if (Number.isSafeInteger(count) && count >= 1 && count <= max) return;
  throw new CacheError('badOptions', `${name} is a whole number from 1 to ${max}, and is ${String(count)}.`);
}

/** Throws `badOptions` for a number that Redis would not take. */
export function checkNumber(name: string, value: number, isGood: (value: number) => boolean): void {
  if (typeof value === 'number' && isGood(value)) return;
  throw new CacheError('badOptions', `${name} is ${String(value)}.`);
}

/** Throws `badField` unless all are texts, and `badOptions` unless there are 1 to 1,000 of them. */
export function checkTexts(name: string, texts: readonly string[]): void {
  checkCount(`The number of ${name}`, texts.length);
  if (texts.every((text) => typeof text === 'string' && text.isWellFormed())) return;
  throw new CacheError('badField', `The ${name} are texts.`);
}
