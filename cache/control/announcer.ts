import { CacheError } from '#cache/cacheError.ts';
import type { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { Numbers } from '#cache/metrics/prepareSnapshot.ts';
import type { RedisClient } from '#cache/store/redisClient.ts';
import type { Outcome, RedisTransport } from '#cache/store/redisTransport.ts';
import {
  type InstanceSnapshot,
  instanceSnapshotKey,
  instancesKey,
} from '#shared/control/instanceSnapshot.ts';

/** Tells of this instance in Redis, for services without a port to scrape: two commands each time. */
export interface AnnounceOptions {
  /** Time between two snapshots, seconds, at most 600; a snapshot expires after three times that. @default 5 */
  readonly everySeconds?: number;
  /** Where the metrics can be scraped, for who reads the snapshots. Without user and password. @default nowhere */
  readonly metricsUrl?: string;
  /** Where the service mounts `commandHandler()`, for commands while Redis is away; needs `control.secret`. @default nowhere */
  readonly controlUrl?: string;
}

export interface AnnounceSurroundings {
  /** One that is not held up by the breaker: see `openUngatedTransport`. */
  readonly transport: Pick<RedisTransport, 'run'>;
  readonly events: CacheEvents;
  readonly prefix: string;
  /** Other than that of any other cache with the prefix. */
  readonly instance: string;
  readonly clock: () => number;
  /** Whether the instance listens for commands. */
  readonly takesCommands: boolean;
  snapshot(): Numbers;
}

const MAX_EVERY_SECONDS = 600;
/** Names of instances that have been silent for longer are forgotten, ms: longer than any snapshot lives. */
const FORGOTTEN_AFTER_MS = 3_600_000;
const TIDY_EVERY_MS = 60_000;

/** Writes the snapshot of an instance to Redis again and again. What Redis does not take is told as a `fallback`. */
export class Announcer {
  readonly #around: AnnounceSurroundings;
  readonly #everyMs: number;
  readonly #metricsUrl: string | null;
  readonly #controlUrl: string | null;
  #timer: NodeJS.Timeout | null = null;
  #running: Promise<void> | null = null;
  #tidiedAtMs = -Infinity;

  /** Throws `badOptions`. */
  constructor(
    around: AnnounceSurroundings,
    { everySeconds = 5, metricsUrl, controlUrl }: AnnounceOptions = {},
  ) {
    if (!(everySeconds > 0 && everySeconds <= MAX_EVERY_SECONDS)) {
      throw new CacheError(
        'badOptions',
        `announce.everySeconds must be above 0 and at most ${MAX_EVERY_SECONDS}, and is ${everySeconds}.`,
      );
    }
    this.#around = around;
    this.#everyMs = everySeconds * 1_000;
    this.#metricsUrl = checkUrl('metricsUrl', metricsUrl);
    this.#controlUrl = checkUrl('controlUrl', controlUrl);
  }

  /** What it writes, as it stands now. */
  message(): InstanceSnapshot {
    const { snapshot, instance, takesCommands } = this.#around;
    const [everyMs, metricsUrl, controlUrl] = [this.#everyMs, this.#metricsUrl, this.#controlUrl];
    return { ...snapshot(), instance, everyMs, metricsUrl, controlUrl, takesCommands };
  }

  start(): void {
    if (this.#timer !== null) return;
    this.#timer = setInterval(() => void this.announce(), this.#everyMs);
    this.#timer.unref();
    void this.announce();
  }

  /** Writes a snapshot now; joins the writing under way. Never rejects. */
  announce(): Promise<void> {
    this.#running ??= this.#write().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }

  /** Takes the instance off the list. */
  async close(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    await this.#running;
    const { prefix, instance } = this.#around;
    await this.#run((redis) => redis.unlink(instanceSnapshotKey(prefix, instance)));
    await this.#run((redis) => redis.zrem(instancesKey(prefix), instance));
  }

  async #write(): Promise<void> {
    const { prefix, instance, clock } = this.#around;
    const key = instanceSnapshotKey(prefix, instance);
    const text = JSON.stringify(this.message());
    const written = await this.#run((redis) => redis.set(key, text, 'PX', Math.ceil(3 * this.#everyMs)));
    if (!written.isDone) return;
    const nowMs = clock();
    await this.#run((redis) => redis.zadd(instancesKey(prefix), nowMs, instance));
    if (nowMs - this.#tidiedAtMs >= TIDY_EVERY_MS) await this.#tidy(nowMs);
  }

  async #tidy(nowMs: number): Promise<void> {
    this.#tidiedAtMs = nowMs;
    const key = instancesKey(this.#around.prefix);
    await this.#run((redis) => redis.zremrangebyscore(key, '-inf', nowMs - FORGOTTEN_AFTER_MS));
    await this.#run((redis) => redis.pexpire(key, FORGOTTEN_AFTER_MS));
  }

  async #run<Reply>(command: (redis: RedisClient) => Promise<Reply>): Promise<Outcome<Reply>> {
    const { transport, events } = this.#around;
    const outcome = await transport.run(command);
    if (!outcome.isDone) {
      events.emit('fallback', { operation: 'control', code: outcome.code, error: outcome.error });
    }
    return outcome;
  }
}

/** Whoever reads Redis reads it, so it must not hold a password. */
function checkUrl(option: 'metricsUrl' | 'controlUrl', text: string | undefined): string | null {
  if (text === undefined) return null;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
    return text;
  throw new CacheError('badOptions', `announce.${option} must be an http address without user and password.`);
}
