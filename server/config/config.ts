import type { MetricMapping } from '#shared/traffic/metricMapping.ts';
import type { MetricsPlace } from './metricsSettings.ts';
import type { PrometheusSettings } from './prometheusSettings.ts';
import type { WarmHookSettings } from './warmHooks/readWarmHooks.ts';

/** Settings of one Redis deployment. Secrets stay in memory: never stored, never logged. */
export interface RedisSettings {
  readonly host: string;
  readonly port: number;
  readonly database: number;
  readonly username: string | null;
  readonly password: string | null;
  /** Null = plain TCP. */
  readonly tls: RedisTlsSettings | null;
}

export interface RedisTlsSettings {
  /** PEM texts, read at start. Null = the system's trust store; no client certificate. */
  readonly ca: string | null;
  readonly certificate: string | null;
  readonly key: string | null;
  readonly serverName: string | null;
}

/** What the server runs with: flags over environment over file over defaults. Frozen; nobody reads argv or env after it. */
export interface Config {
  readonly redis: RedisSettings;
  readonly port: number;
  readonly host: string;
  /** Host names besides loopback that a browser may address the page by. */
  readonly allowedHosts: readonly string[];
  /** Whether people have to log in. Where users exist, they have to anyway. */
  readonly isLoginWanted: boolean;
  /** Whether passwords and sessions of other machines may come over plain HTTP, readable on the way. */
  readonly isPlainHttpAccepted: boolean;
  readonly dataDirectory: string;
  /** Where the metrics of services are. */
  readonly metricsPlaces: readonly MetricsPlace[];
  /** Ranges of addresses at which announced instances are scraped, such as `10.0.0.0/8`; empty = none is. */
  readonly metricsAnnounced: readonly string[];
  /** Cache names in the metrics of others, such as Micrometer's, to the key patterns they stand for. */
  readonly metricPatterns: ReadonlyMap<string, string>;
  /** TTLs that services give the keys of a pattern, ms. */
  readonly patternTtlsMs: ReadonlyMap<string, number>;
  /** What metrics count that no convention knows. */
  readonly metricMappings: readonly MetricMapping[];
  /** Null = none. */
  readonly prometheus: PrometheusSettings | null;
  /** Templates of declared families, such as `product:{id}`. */
  readonly patterns: readonly string[];
  /** Whether inspectors may see values of single keys. */
  readonly areValuesShown: boolean;
  /** Names whose values are hidden, besides those that always are. */
  readonly hiddenNames: readonly RegExp[];
  /** Word shown on every page and typed to confirm, such as `prod-eu`. */
  readonly environment: string;
  /** Loads a second that the source behind the cache stands; null = not declared. */
  readonly sourceCapacityPerSecond: number | null;
  /** Streams in Redis that services publish events to, whose dead letters are read and replayed. */
  readonly eventStreams: readonly string[];
  /** Signs commands to services; null = they need no signature. */
  readonly controlSecret: string | null;
  /** Services that load the keys they are given. */
  readonly warmHooks: readonly WarmHookSettings[];
  /** Plans of more keys need a second approver; 0 = every plan, null = none. */
  readonly secondApproverAboveKeys: number | null;
  readonly isReadOnly: boolean;
}

/** `redis://host:port/db` without user and password, for the page and logs. */
export function redactedAddress(redis: RedisSettings): string {
  const scheme = redis.tls === null ? 'redis' : 'rediss';
  return `${scheme}://${redis.host}:${redis.port}/${redis.database}`;
}
