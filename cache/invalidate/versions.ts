import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';

/**
 * Reads the version of a namespace, or raises it. Versions begin at Redis's time in ms, so that a version key that was lost
 * never gives back a number under which older entries are still stored.
 *
 * KEYS  version
 * ARGV  1 = raise it, 0 = read it
 */
const versionScript = new LuaScript(`
local version = tonumber(redis.call('GET', KEYS[1]) or 0)
if version == 0 or ARGV[1] == '1' then
  local time = redis.call('TIME')
  version = math.max(version + 1, time[1] * 1000 + math.floor(time[2] / 1000))
  redis.call('SET', KEYS[1], string.format('%.0f', version))
end
return string.format('%.0f', version)
`);

export interface VersionSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** How long a version is used without asking again when invalidations of other instances do not arrive, ms. */
  readonly versionTtlMs: number;
  readonly clock: () => number;
  /** True while a raise by another instance is heard at once. */
  isHearing(): boolean;
}

interface Known {
  readonly version: string;
  readonly readAtMs: number;
  readonly wasHearing: boolean;
}

/**
 * The versions of namespaces, which are part of the keys of their entries: raising one puts all older entries out of reach at
 * once, and they age out. A version is read once and then remembered until it is told to have changed, so that look-ups do
 * not pay for it.
 */
export class Versions {
  readonly #around: VersionSurroundings;
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<string>>();

  constructor(around: VersionSurroundings) {
    this.#around = around;
  }

  /** The version, when it is known without asking; null = ask with `read`. */
  peek(namespace: string): string | null {
    const known = this.#known.get(namespace);
    if (known === undefined) return null;
    const { clock, versionTtlMs } = this.#around;
    const isHeard = known.wasHearing && this.#around.isHearing();
    return isHeard || clock() - known.readAtMs < versionTtlMs ? known.version : null;
  }

  /** When Redis does not say: the last one known, or '0', under which nothing is in Redis anyway while it is away. */
  read(namespace: string): Promise<string> {
    const reading = this.#reading.get(namespace);
    if (reading !== undefined) return reading;
    const wasHearing = this.#around.isHearing();
    const started = this.#run(namespace, false).then((outcome) => {
      const isCurrent = this.#reading.get(namespace) === started;
      if (isCurrent) this.#reading.delete(namespace);
      if (outcome.isDone && isCurrent) this.#remember(namespace, String(outcome.reply), wasHearing);
      return outcome.isDone ? String(outcome.reply) : (this.#known.get(namespace)?.version ?? '0');
    });
    this.#reading.set(namespace, started);
    return started;
  }

  async raise(namespace: string): Promise<Outcome<unknown>> {
    this.forget(namespace);
    const outcome = await this.#run(namespace, true);
    this.forget(namespace);
    return outcome;
  }

  /** It changed, or may have: the next look-up asks, and what is being read now is not remembered. */
  forget(namespace: string): void {
    this.#reading.delete(namespace);
    this.#known.delete(namespace);
  }

  forgetAll(): void {
    this.#reading.clear();
    this.#known.clear();
  }

  #remember(namespace: string, version: string, wasHearing: boolean): void {
    this.#known.set(namespace, { version, wasHearing, readAtMs: this.#around.clock() });
  }

  async #run(namespace: string, isRaised: boolean): Promise<Outcome<unknown>> {
    const { transport, events, prefix } = this.#around;
    const outcome = await versionScript.run(transport, {
      keys: [ownKeyName(prefix, `version:${namespace}`)],
      args: [isRaised ? 1 : 0],
    });
    if (!outcome.isDone)
      events.emit('fallback', { operation: 'version', code: outcome.code, error: outcome.error });
    return outcome;
  }
}
