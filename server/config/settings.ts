import type { Parsed } from './parsed.ts';
import {
  parseAddressRange,
  parseMetricsDns,
  parseMetricsFile,
  parseMetricsPlace,
} from './parseMetricsPlace.ts';
import { parseMatchers, parsePrometheusUrl } from './parsePrometheusSetting.ts';
import {
  parseAllowedHost,
  parseCapacity,
  parseEnvironmentName,
  parseFamilyTemplate,
  parseListenHost,
  parseMetricPattern,
  parsePatternTtl,
  parsePort,
  parseRedisUrl,
  parseSwitch,
  parseText,
} from './parseSetting.ts';

/**
 * One row a setting. The flag (`--metrics`), the environment variable (`CACHESCOPE_METRICS`), the key in a file
 * (`metrics`), parsing and the help all come from the row, so none of them can be forgotten.
 */
export interface Setting<T> {
  /** Words in kebab-case. */
  readonly name: string;
  /** Word for the value in the help; null = a switch. */
  readonly argument: string | null;
  readonly help: string;
  readonly isRepeatable: boolean;
  /** Secrets are no flags, because everybody on the machine can read the arguments of a process. */
  readonly isSecret: boolean;
  /** Whether a value in the file may be an object; the row parses its JSON. */
  readonly takesObjects: boolean;
  /** For the help; null = absent. */
  readonly shownDefault: string | null;
  readonly parse: (text: string) => Parsed<T>;
}

const plain = { isRepeatable: false, isSecret: false, takesObjects: false, shownDefault: null };

export const settings = {
  redis: {
    ...plain,
    name: 'redis',
    argument: 'URL',
    help: 'Redis to look at: redis[s]://[user[:password]@]host[:port][/database]',
    parse: parseRedisUrl,
    shownDefault: 'redis://127.0.0.1:6379',
  },
  redisUser: {
    ...plain,
    name: 'redis-user',
    argument: 'NAME',
    help: 'ACL user, instead of the one in the URL',
    parse: parseText,
  },
  redisPassword: {
    ...plain,
    name: 'redis-password',
    argument: 'TEXT',
    help: 'Password, instead of the one in the URL',
    parse: parseText,
    isSecret: true,
  },
  redisPasswordFile: {
    ...plain,
    name: 'redis-password-file',
    argument: 'PATH',
    help: 'File with the password',
    parse: parseText,
  },
  redisCa: {
    ...plain,
    name: 'redis-ca',
    argument: 'PATH',
    help: 'PEM file of the CA that signed the certificate of Redis',
    parse: parseText,
  },
  redisCert: {
    ...plain,
    name: 'redis-cert',
    argument: 'PATH',
    help: 'PEM file of our client certificate',
    parse: parseText,
  },
  redisKey: {
    ...plain,
    name: 'redis-key',
    argument: 'PATH',
    help: 'PEM file of the key of our client certificate',
    parse: parseText,
  },
  metrics: {
    ...plain,
    name: 'metrics',
    argument: 'URL',
    help: '/metrics address of a service that caches in this Redis; in a file also an object with credentials and TLS',
    parse: parseMetricsPlace,
    isRepeatable: true,
    takesObjects: true,
  },
  metricsFile: {
    ...plain,
    name: 'metrics-file',
    argument: 'PATH',
    help: 'JSON file of targets as Prometheus reads it (file_sd), read again when it changes',
    parse: parseMetricsFile,
    isRepeatable: true,
  },
  metricsDns: {
    ...plain,
    name: 'metrics-dns',
    argument: 'URL',
    help: 'http://name:port/metrics for each address of a DNS name, or srv+http://name/metrics for its SRV records',
    parse: parseMetricsDns,
    isRepeatable: true,
  },
  metricsAnnounced: {
    ...plain,
    name: 'metrics-announced',
    argument: 'RANGE',
    help: 'Addresses such as 10.0.0.0/8 at which instances that announce themselves in Redis are scraped, or none',
    parse: parseAddressRange,
    isRepeatable: true,
    shownDefault: '127.0.0.0/8 and ::1/128',
  },
  patterns: {
    ...plain,
    name: 'patterns',
    argument: 'TEMPLATE',
    help: 'Family of keys that belong together, such as product:{id}; the page shows what one would gather',
    parse: parseFamilyTemplate,
    isRepeatable: true,
  },
  metricPatterns: {
    ...plain,
    name: 'metric-patterns',
    argument: 'NAME=PATTERN',
    help: 'Key pattern of a cache that metrics call NAME: products=products::{id}; in a file an object',
    parse: parseMetricPattern,
    isRepeatable: true,
  },
  patternTtls: {
    ...plain,
    name: 'pattern-ttls',
    argument: 'PATTERN=SECONDS',
    help: 'TTL that services give each key of a pattern: product:{id}=600; in a file an object',
    parse: parsePatternTtl,
    isRepeatable: true,
  },
  metricMappings: {
    ...plain,
    name: 'metric-mappings',
    argument: 'PATH',
    help: 'JSON file that says what metrics count that are not known',
    parse: parseText,
  },
  prometheus: {
    ...plain,
    name: 'prometheus',
    argument: 'URL',
    help: 'Prometheus server that scrapes services which cache in this Redis',
    parse: parsePrometheusUrl,
  },
  prometheusMatch: {
    ...plain,
    name: 'prometheus-match',
    argument: 'MATCHERS',
    help: 'Read only series with these labels from it, such as namespace="shop"',
    parse: parseMatchers,
  },
  prometheusUser: {
    ...plain,
    name: 'prometheus-user',
    argument: 'NAME',
    help: 'User of the Prometheus server',
    parse: parseText,
  },
  prometheusPassword: {
    ...plain,
    name: 'prometheus-password',
    argument: 'TEXT',
    help: 'Password of that user',
    parse: parseText,
    isSecret: true,
  },
  prometheusPasswordFile: {
    ...plain,
    name: 'prometheus-password-file',
    argument: 'PATH',
    help: 'File with that password, read again for each request',
    parse: parseText,
  },
  prometheusToken: {
    ...plain,
    name: 'prometheus-token',
    argument: 'TEXT',
    help: 'Bearer token for the Prometheus server, instead of a user',
    parse: parseText,
    isSecret: true,
  },
  prometheusTokenFile: {
    ...plain,
    name: 'prometheus-token-file',
    argument: 'PATH',
    help: 'File with that token, read again for each request',
    parse: parseText,
  },
  environment: {
    ...plain,
    name: 'environment',
    argument: 'NAME',
    help: 'Word shown on every page and typed to confirm, such as prod-eu',
    parse: parseEnvironmentName,
    shownDefault: 'host name of Redis, or local',
  },
  sourceCapacity: {
    ...plain,
    name: 'source-capacity',
    argument: 'N',
    help: 'Loads a second that the source behind the cache stands; a purge that would need more is refused',
    parse: parseCapacity,
  },
  readOnly: {
    ...plain,
    name: 'read-only',
    argument: null,
    help: 'Refuse everything that changes something',
    parse: parseSwitch,
  },
  port: {
    ...plain,
    name: 'port',
    argument: 'N',
    help: 'Port of the page; 0 = any free one',
    parse: parsePort,
    shownDefault: '7676',
  },
  host: {
    ...plain,
    name: 'host',
    argument: 'ADDR',
    help: 'Address to listen on; others than loopback need --login',
    parse: parseListenHost,
    shownDefault: '127.0.0.1',
  },
  allowedHost: {
    ...plain,
    name: 'allowed-host',
    argument: 'NAME',
    help: 'Name besides loopback that browsers may address the page by',
    parse: parseAllowedHost,
    isRepeatable: true,
  },
  login: {
    ...plain,
    name: 'login',
    argument: null,
    help: 'People have to log in; the first start prints a token for the first admin',
    parse: parseSwitch,
  },
  plainHttp: {
    ...plain,
    name: 'plain-http',
    argument: null,
    help: 'Accept logins over plain HTTP from other machines, where passwords can be read on the way',
    parse: parseSwitch,
  },
  data: {
    ...plain,
    name: 'data',
    argument: 'DIR',
    help: 'Directory for history and audit log',
    parse: parseText,
    shownDefault: '$XDG_DATA_HOME/cachescope or ~/.local/share/cachescope',
  },
  config: {
    ...plain,
    name: 'config',
    argument: 'FILE',
    help: 'JSON file with any of these settings',
    parse: parseText,
  },
} satisfies Record<string, Setting<unknown>>;

/** The rows without their value types, for everything that treats all settings alike. */
export const allSettings: readonly Setting<unknown>[] = Object.values(settings);
