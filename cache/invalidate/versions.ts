import { randomBytes } from 'node:crypto';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import { LuaScript } from '#cache/store/luaScript.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';
import { type OpenKey, openVersion, parseOpenKey } from '#shared/keys/openKey.ts';

/**
 * Reads the version of a namespace, or raises it. Versions begin at Redis's time in ms, so that a version key that was lost
 * never gives back a number under which older entries are still stored. One that fell back (a replica that had not heard of
 * the last raise took over) is put to the highest that the caller has seen.
 *
 * KEYS  version
 * ARGV  1 = raise it, 0 = read it; highest version seen, 0 = none
 */
const versionScript = new LuaScript(`
local stored = tonumber(redis.call('GET', KEYS[1]) or 0)
local version = math.max(stored, tonumber(ARGV[2]))
if version == 0 or ARGV[1] == '1' then
  local time = redis.call('TIME')
  version = math.max(version + 1, time[1] * 1000 + math.floor(time[2] / 1000))
end
if version ~= stored then redis.call('SET', KEYS[1], string.format('%.0f', version)) end
return string.format('%.0f', version)
`);

export interface VersionSurroundings {
  readonly transport: RedisTransport;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** How long a version is used without asking again when invalidations of other instances do not arrive, ms. */
  readonly versionTtlMs: number;
  readonly clock: () => number;
  /** The time in which each raise by another instance is heard at once; another object after an interruption, null in it. */
  session(): object | null;
}

interface Known {
  readonly version: string;
  readonly readAtMs: number;
  readonly session: object | null;
}

/**
 * The versions of namespaces, which are part of the keys of their entries: raising one puts all older entries out of reach at
 * once, and they age out. A version is read once and then remembered until it is told to have changed, so that look-ups do
 * not pay for it.
 */
export class Versions {
  readonly #around: VersionSurroundings;
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<Outcome<string>>>();
  /** Of writers: not sent yet. */
  readonly #asking = new Map<string, Promise<Outcome<string>>>();
  /** Of each namespace the highest that Redis ever named here. */
  readonly #highest = new Map<string, number>();
  /** Namespaces whose last raise Redis has not confirmed, with its number: whoever reads the version raises it. */
  readonly #owed = new Map<string, number>();
  #raiseCount = 0;
  /** With `#forgetCount` in place of a version that is not known: never that of another process, nor of before an invalidation. */
  readonly #holder = randomBytes(8).toString('hex');
  #forgetCount = 0;

  constructor(around: VersionSurroundings) {
    this.#around = around;
  }

  /** The version, when it is known without asking; null = ask with `read`. */
  peek(namespace: string): string | null {
    const heard = this.#peekHeard(namespace);
    if (heard !== null) return heard;
    const known = this.#known.get(namespace);
    if (known === undefined) return null;
    const { clock, versionTtlMs } = this.#around;
    return clock() - known.readAtMs < versionTtlMs ? known.version : null;
  }

  /** When Redis does not say: the last one known here, or one under which nobody else reads or writes. */
  async read(namespace: string): Promise<string> {
    const outcome = await (this.#reading.get(namespace) ?? this.#start(namespace));
    if (outcome.isDone) return outcome.reply;
    return this.#known.get(namespace)?.version ?? this.#unknownOf(namespace);
  }

  /**
   * For a write or an invalidation, which would be lost under a version that was raised: the one that is heard, or that Redis
   * has now. When Redis does not say: that of an open key, which `nameNow` gives its name later.
   */
  async readNow(namespace: string): Promise<string> {
    const heard = this.#peekHeard(namespace);
    if (heard !== null) return heard;
    const outcome = await this.#ask(namespace);
    return outcome.isDone ? outcome.reply : this.#unknownOf(namespace);
  }

  /** The name of a key in Redis: as it is, or of an open one by the version that Redis has now. */
  async nameNow(key: string): Promise<Outcome<string>> {
    const open = this.#parse(key);
    if (open === null) return { isDone: true, reply: key };
    const outcome = await this.#ask(open.namespace);
    return outcome.isDone ? { isDone: true, reply: `${open.base}:v${outcome.reply}` } : outcome;
  }

  /** The names under which this process may hold the entry of a key: those of an open one by each version that is still used. */
  namesHere(key: string): readonly string[] {
    const open = this.#parse(key);
    if (open === null) return [key];
    const { base, namespace } = open;
    const versions = [this.#known.get(namespace)?.version, this.#highest.get(namespace)];
    const known = [...versions.filter((one) => one !== undefined), this.#unknownOf(namespace)];
    return [...new Set([key, ...known.map((version) => `${base}:v${version}`)])];
  }

  async raise(namespace: string): Promise<Outcome<unknown>> {
    this.forget(namespace);
    this.#raiseCount += 1;
    const number = this.#raiseCount;
    const outcome = await this.#run(namespace, true);
    if (!outcome.isDone) this.#owed.set(namespace, number);
    this.forget(namespace);
    return outcome;
  }

  /** It changed, or may have: the next look-up asks, and what is being read now is not remembered. */
  forget(namespace: string): void {
    this.#reading.delete(namespace);
    this.#known.delete(namespace);
    this.#forgetCount += 1;
  }

  forgetAll(): void {
    this.#reading.clear();
    this.#known.clear();
    this.#forgetCount += 1;
  }

  #peekHeard(namespace: string): string | null {
    const known = this.#known.get(namespace);
    if (known === undefined || known.session === null) return null;
    return known.session === this.#around.session() ? known.version : null;
  }

  /** Joined by those who ask in one turn of the event loop, never by those who ask once it is sent. */
  #ask(namespace: string): Promise<Outcome<string>> {
    const asking = this.#asking.get(namespace);
    if (asking !== undefined) return asking;
    const asked = Promise.resolve().then(() => {
      this.#asking.delete(namespace);
      return this.#start(namespace);
    });
    this.#asking.set(namespace, asked);
    return asked;
  }

  async #start(namespace: string): Promise<Outcome<string>> {
    const session = this.#around.session();
    const started = this.#run(namespace, this.#owed.has(namespace));
    this.#reading.set(namespace, started);
    const outcome = await started;
    if (this.#reading.get(namespace) !== started) return outcome;
    this.#reading.delete(namespace);
    if (outcome.isDone) this.#remember(namespace, outcome.reply, session);
    return outcome;
  }

  #unknownOf(namespace: string): string {
    return openVersion(namespace, this.#holder, this.#forgetCount);
  }

  #parse(key: string): OpenKey | null {
    const open = parseOpenKey(key);
    return open?.holder === this.#holder ? open : null;
  }

  #remember(namespace: string, version: string, session: object | null): void {
    this.#known.set(namespace, { version, session, readAtMs: this.#around.clock() });
  }

  async #run(namespace: string, isRaised: boolean): Promise<Outcome<string>> {
    const { transport, events, prefix } = this.#around;
    const asked = this.#raiseCount;
    const outcome = await versionScript.run(transport, {
      keys: [ownKeyName(prefix, `version:${namespace}`)],
      args: [isRaised ? 1 : 0, this.#highest.get(namespace) ?? 0],
    });
    if (!outcome.isDone) {
      events.emit('fallback', { operation: 'version', code: outcome.code, error: outcome.error });
      return outcome;
    }
    const version = String(outcome.reply);
    this.#highest.set(namespace, Math.max(this.#highest.get(namespace) ?? 0, Number(version)));
    // A raise that was asked for later may have a later reason.
    if (isRaised && (this.#owed.get(namespace) ?? 0) <= asked) this.#owed.delete(namespace);
    return { isDone: true, reply: version };
  }
}
