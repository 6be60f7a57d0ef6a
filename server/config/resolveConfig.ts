import { join } from 'node:path';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import type { MetricMapping } from '#shared/traffic/metricMapping.ts';
import type { Config, RedisSettings, RedisTlsSettings } from './config.ts';
import {
  type Gathered,
  type GivenTexts,
  gatherFile,
  gatherFlags,
  gatherVariables,
} from './gatherSettings.ts';
import { helpText } from './helpText.ts';
import { isLoopbackHost } from './loopbackHost.ts';
import type { MetricsPlace } from './metricsSettings.ts';
import { parseMetricMappings } from './parsePrometheusSetting.ts';
import type { RedisAddress } from './parseSetting.ts';
import { readPrometheusSettings } from './readPrometheusSettings.ts';
import type { Setting } from './setting.ts';
import { settings } from './settings.ts';
import { readWarmHooks } from './warmHooks/readWarmHooks.ts';

export interface ConfigSources {
  /** Words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; throws when it cannot be read. */
  readonly readText: (path: string) => string;
}

export type ResolvedConfig =
  | { readonly config: Config }
  /** Everything that is wrong, at once; one line each, without secrets. */
  | { readonly problems: readonly string[] }
  | { readonly help: string };

const DEFAULT_REDIS: RedisAddress = {
  host: '127.0.0.1',
  port: 6379,
  database: 0,
  username: null,
  password: null,
  isTls: false,
};

/** What the server shall do: flags over environment over file over defaults. */
export function resolveConfig(sources: ConfigSources): ResolvedConfig {
  const [command, ...flags] = sources.argv;
  if (sources.argv.some((word) => word === '--help' || word === '-h' || word === 'help'))
    return { help: helpText() };
  if (command !== 'serve') {
    const what = command === undefined ? 'Say what to do' : `There is no command ${command}`;
    return {
      problems: [`${what}: "cachescope serve" serves the page, "cachescope --help" lists the others`],
    };
  }
  const reader = openReader(sources, flags);
  const config = readConfig(reader, sources);
  return reader.problems.length > 0 ? { problems: reader.problems } : { config };
}

/** Parses settings on request and collects the problems of all of them. */
interface SettingReader {
  readonly problems: string[];
  one<T>(setting: Setting<T>): T | undefined;
  all<T>(setting: Setting<T>): readonly T[];
  /** Text of the file that the setting names. */
  file(setting: Setting<string>): string | null;
  /** Text of a file that a value of the setting names. */
  fileOf(setting: Setting<unknown>, path: string | null): string | null;
}

function openReader({ env, readText }: ConfigSources, flags: readonly string[]): SettingReader {
  const places: Gathered[] = [gatherFlags(flags), gatherVariables(env)];
  const problems: string[] = [];
  const find = (name: string) =>
    places.map(({ given }) => given.get(name)).find((found) => found !== undefined);
  const readFile = (path: string, from: string) => {
    try {
      return readText(path);
    } catch (error) {
      problems.push(
        `${from}: ${path} cannot be read (${error instanceof Error ? error.message : String(error)})`,
      );
      return null;
    }
  };
  const configFile = find(settings.config.name);
  const configText = configFile === undefined ? null : readFile(firstText(configFile), configFile.from);
  if (configFile !== undefined && configText !== null)
    places.push(gatherFile(firstText(configFile), configText));
  problems.push(...places.flatMap((place) => place.problems));

  const all = <T>(setting: Setting<T>): readonly T[] => {
    const found = find(setting.name);
    return (found?.texts ?? []).flatMap((text) => {
      const parsed = setting.parse(text);
      if ('value' in parsed) return [parsed.value];
      problems.push(`${found?.from}: ${parsed.problem}`);
      return [];
    });
  };
  return {
    problems,
    all,
    one: (setting) => all(setting)[0],
    fileOf: (setting, path) =>
      path === null ? null : readFile(path, find(setting.name)?.from ?? setting.name),
    file: (setting) => {
      const found = find(setting.name);
      return found === undefined ? null : readFile(firstText(found), found.from);
    },
  };
}

function firstText({ texts }: GivenTexts): string {
  return texts[0] ?? '';
}

function readConfig(reader: SettingReader, { env }: ConfigSources): Config {
  const redis = readRedis(reader);
  return Object.freeze({
    redis,
    port: reader.one(settings.port) ?? 7676,
    ...readListening(reader),
    dataDirectory: reader.one(settings.data) ?? defaultDataDirectory(reader, env),
    metricsPlaces: Object.freeze(readMetricsPlaces(reader)),
    metricsAnnounced: Object.freeze(readAnnouncedRanges(reader)),
    patterns: Object.freeze(reader.all(settings.patterns)),
    metricPatterns: new Map(reader.all(settings.metricPatterns)),
    patternTtlsMs: new Map(reader.all(settings.patternTtls)),
    metricMappings: Object.freeze(readMetricMappings(reader)),
    prometheus: readPrometheusSettings(reader),
    areValuesShown: reader.one(settings.values) ?? false,
    hiddenNames: Object.freeze(reader.all(settings.redact)),
    environment: reader.one(settings.environment) ?? (isLoopbackHost(redis.host) ? 'local' : redis.host),
    sourceCapacityPerSecond: reader.one(settings.sourceCapacity) ?? null,
    eventStreams: Object.freeze(readEventStreams(reader)),
    controlSecret: reader.one(settings.controlSecret) ?? null,
    warmHooks: Object.freeze(readWarmHooks(reader)),
    secondApproverAboveKeys: readSecondApprover(reader),
    isReadOnly: reader.one(settings.readOnly) ?? false,
  });
}

/** Without users, nobody else could approve. */
function readSecondApprover(reader: SettingReader): number | null {
  const aboveKeys = reader.one(settings.secondApproverAbove) ?? null;
  if (aboveKeys !== null && reader.one(settings.login) !== true)
    reader.problems.push(
      '--second-approver-above needs --login: a server without users cannot tell who else it is that approves',
    );
  return aboveKeys;
}

function readEventStreams(reader: SettingReader): readonly string[] {
  const streams = [...new Set(reader.all(settings.eventStreams))];
  return streams.length > 0 ? streams : [DEFAULT_EVENT_STREAM];
}

type Listening = Pick<Config, 'host' | 'allowedHosts' | 'isLoginWanted' | 'isPlainHttpAccepted'>;

/** Beyond this machine only with a login, and by a name. */
function readListening(reader: SettingReader): Listening {
  const host = reader.one(settings.host) ?? '127.0.0.1';
  const allowedHosts = Object.freeze(reader.all(settings.allowedHost));
  const isLoginWanted = reader.one(settings.login) ?? false;
  const isPlainHttpAccepted = reader.one(settings.plainHttp) ?? false;
  const isReachable = !isLoopbackHost(host);
  if (isReachable && !isLoginWanted)
    reader.problems.push(
      `--host ${host} can be reached from other machines, and whoever reaches the page could purge. Add --login, so that people have to log in; or listen on 127.0.0.1 and reach it with "ssh -L 7676:127.0.0.1:7676 this-machine"`,
    );
  else if (isReachable && allowedHosts.length === 0)
    reader.problems.push(
      `--host ${host} needs --allowed-host NAME, the name or address by which browsers reach this server`,
    );
  return { host, allowedHosts, isLoginWanted, isPlainHttpAccepted };
}

function readMetricsPlaces(reader: SettingReader): readonly MetricsPlace[] {
  const rows = [settings.metrics, settings.metricsFile, settings.metricsDns];
  return rows.flatMap((setting) =>
    reader.all(setting).map(({ access, ...place }) => {
      const { ca, certificate, key, passwordFile, bearerTokenFile } = access;
      // Read at each scrape; a path that is wrong is told at the start.
      for (const path of [passwordFile, bearerTokenFile]) reader.fileOf(setting, path);
      return {
        ...place,
        access: {
          ...access,
          ca: reader.fileOf(setting, ca),
          certificate: reader.fileOf(setting, certificate),
          key: reader.fileOf(setting, key),
        },
      };
    }),
  );
}

/** This machine, unless said otherwise: whoever may write to Redis may announce any address. */
function readMetricMappings(reader: SettingReader): readonly MetricMapping[] {
  const text = reader.file(settings.metricMappings);
  if (text === null) return [];
  const parsed = parseMetricMappings(text);
  if ('value' in parsed) return parsed.value;
  reader.problems.push(`--metric-mappings ${reader.one(settings.metricMappings)}: ${parsed.problem}`);
  return [];
}

function readAnnouncedRanges(reader: SettingReader): readonly string[] {
  const ranges = reader.all(settings.metricsAnnounced);
  if (ranges.length === 0) return ['127.0.0.0/8', '::1/128'];
  if (ranges.includes(null) && ranges.length > 1)
    reader.problems.push('--metrics-announced says "none" beside ranges; give one or the other');
  return ranges.filter((range) => range !== null);
}

function readRedis(reader: SettingReader): RedisSettings {
  const { host, port, database, ...address } = reader.one(settings.redis) ?? DEFAULT_REDIS;
  const password = reader.one(settings.redisPassword);
  // Editors end files with a line break, which belongs to no password.
  const filePassword = reader.file(settings.redisPasswordFile)?.replace(/\r?\n$/, '');
  if (password !== undefined && filePassword !== undefined)
    reader.problems.push('The password of Redis is given both as text and as file; give one');
  return Object.freeze({
    host,
    port,
    database,
    username: reader.one(settings.redisUser) ?? address.username,
    password: password ?? filePassword ?? address.password,
    tls: readTls(reader, address.isTls),
  });
}

function readTls(reader: SettingReader, isTls: boolean): RedisTlsSettings | null {
  const ca = reader.file(settings.redisCa);
  const certificate = reader.file(settings.redisCert);
  const key = reader.file(settings.redisKey);
  const hasFiles = [settings.redisCa, settings.redisCert, settings.redisKey].some(
    (setting) => reader.one(setting) !== undefined,
  );
  if (hasFiles && !isTls)
    reader.problems.push(
      'Certificates are given, but the address of Redis is not rediss://, so they would not be used',
    );
  if ((reader.one(settings.redisCert) === undefined) !== (reader.one(settings.redisKey) === undefined))
    reader.problems.push('--redis-cert and --redis-key belong together; give both or none');
  return isTls ? Object.freeze({ ca, certificate, key, serverName: null }) : null;
}

function defaultDataDirectory({ problems }: SettingReader, env: ConfigSources['env']): string {
  if (env.XDG_DATA_HOME !== undefined && env.XDG_DATA_HOME !== '')
    return join(env.XDG_DATA_HOME, 'cachescope');
  if (env.HOME !== undefined && env.HOME !== '') return join(env.HOME, '.local', 'share', 'cachescope');
  problems.push('There is no home directory to keep history in; say --data DIR');
  return '';
}
