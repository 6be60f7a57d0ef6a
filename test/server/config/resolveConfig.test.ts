import { describe, expect, test } from 'vitest';
import { resolveConfig } from '#server/config/resolveConfig.ts';
import { fileKeyOf, flagOf, variableOf } from '#server/config/setting.ts';
import { allSettings } from '#server/config/settings.ts';
import { configOf, type Given, problemsOf } from './configOf.ts';

test('with nothing said it is the Redis of this machine on a loopback port', () => {
  expect(configOf({})).toEqual({
    redis: { host: '127.0.0.1', port: 6379, database: 0, username: null, password: null, tls: null },
    port: 7676,
    host: '127.0.0.1',
    allowedHosts: [],
    isLoginWanted: false,
    isPlainHttpAccepted: false,
    dataDirectory: '/home/ada/.local/share/cachescope',
    metricsPlaces: [],
    metricsAnnounced: ['127.0.0.0/8', '::1/128'],
    patterns: [],
    metricPatterns: new Map(),
    patternTtlsMs: new Map(),
    sourceCapacityPerSecond: null,
    eventStreams: ['cachescope:events'],
    controlSecret: null,
    warmHooks: [],
    metricMappings: [],
    prometheus: null,
    areValuesShown: false,
    hiddenNames: [],
    environment: 'local',
    secondApproverAboveKeys: null,
    isReadOnly: false,
  });
});

test('flags win over the environment, the environment over the file', () => {
  const files = { 'c.json': '{"port": 1, "environment": "file", "data": "/file"}' };
  const env = { CACHESCOPE_CONFIG: 'c.json', CACHESCOPE_PORT: '2', CACHESCOPE_ENVIRONMENT: 'variable' };
  expect(configOf({ flags: ['--port', '3'], env, files })).toMatchObject({
    port: 3,
    environment: 'variable',
    dataDirectory: '/file',
  });
});

test('nothing can change the configuration after the start', () => {
  const config = configOf({ flags: ['--redis', 'rediss://r.example'] });
  for (const part of [config, config.redis, config.redis.tls, config.allowedHosts, config.metricsPlaces])
    expect(Object.isFrozen(part)).toBe(true);
});

describe('every setting is a flag, a variable and a key in a file', () => {
  const values = {
    redis: ['redis://r.example:7000/2', { redis: { host: 'r.example', port: 7000, database: 2 } }],
    'redis-user': ['ada', { redis: { username: 'ada' } }],
    'redis-password': ['s3cret', { redis: { password: 's3cret' } }],
    'redis-password-file': ['pw', { redis: { password: 'from file' } }],
    metrics: ['http://a.example/m', { metricsPlaces: [{ kind: 'url', at: 'http://a.example/m' }] }],
    'metrics-file': ['targets.json', { metricsPlaces: [{ kind: 'file', at: 'targets.json' }] }],
    'metrics-dns': [
      'srv+http://_metrics._tcp.a.example/metrics',
      { metricsPlaces: [{ kind: 'dns', at: 'srv+http://_metrics._tcp.a.example/metrics' }] },
    ],
    'metrics-announced': ['10.0.0.0/8', { metricsAnnounced: ['10.0.0.0/8'] }],
    patterns: ['product:{id}', { patterns: ['product:{id}'] }],
    'metric-patterns': [
      'products=products::{id}',
      { metricPatterns: new Map([['products', 'products::{id}']]) },
    ],
    'source-capacity': ['400', { sourceCapacityPerSecond: 400 }],
    'event-streams': ['orders:events', { eventStreams: ['orders:events'] }],
    'control-secret': ['between us', { controlSecret: 'between us' }],
    'warm-hook': [
      'a:=http://a.example/warm',
      { warmHooks: [{ prefix: 'a:', url: 'http://a.example/warm' }] },
    ],
    'pattern-ttls': ['a=b:{id}=600', { patternTtlsMs: new Map([['a=b:{id}', 600_000]]) }],
    values: ['true', { areValuesShown: true }],
    redact: ['^internal_', { hiddenNames: [/^internal_/iu] }],
    environment: ['prod-eu', { environment: 'prod-eu' }],
    'read-only': ['true', { isReadOnly: true }],
    port: ['0', { port: 0 }],
    host: ['::1', { host: '::1' }],
    'allowed-host': ['Cache.Example', { allowedHosts: ['cache.example'] }],
    login: ['true', { isLoginWanted: true }],
    'plain-http': ['true', { isPlainHttpAccepted: true }],
    data: ['/var/lib/cachescope', { dataDirectory: '/var/lib/cachescope' }],
  } as const;
  const files = { pw: 'from file\n' };
  const rows = allSettings.flatMap((setting) => {
    const row = Object.entries(values).find(([name]) => name === setting.name)?.[1];
    return row === undefined ? [] : [{ setting, text: row[0], expected: row[1] }];
  });

  test('the table above covers all but TLS files and the file itself, and what has a test of its own', () => {
    const missing = allSettings.map(({ name }) => name).filter((name) => !(name in values));
    expect(missing.join()).toMatch(/^redis-ca,redis-cert,redis-key,metric-mappings,prom.+,second.+,config$/);
  });

  test.each(rows)('$setting.name', ({ setting, text, expected }) => {
    expect(configOf({ env: { [variableOf(setting)]: text }, files })).toMatchObject(expected);
    const file = JSON.stringify({ [fileKeyOf(setting)]: text });
    expect(configOf({ flags: ['--config', 'c.json'], files: { ...files, 'c.json': file } })).toMatchObject(
      expected,
    );
    if (setting.isSecret) expect(problemsOf({ flags: [`${flagOf(setting)}=${text}`] })).toHaveLength(1);
    else expect(configOf({ flags: [`${flagOf(setting)}=${text}`], files })).toMatchObject(expected);
  });
});

test('lists are repeated flags, commas in a variable, arrays in a file', () => {
  const [a, b] = ['http://a.example/metrics', 'http://b.example/metrics'];
  const expected = { metricsPlaces: [{ at: a }, { at: b }] };
  expect(configOf({ flags: ['--metrics', a, '--metrics', b] })).toMatchObject(expected);
  expect(configOf({ env: { CACHESCOPE_METRICS: `${a}, ${b}` } })).toMatchObject(expected);
  const files = { 'c.json': JSON.stringify({ metrics: [a, b] }) };
  expect(configOf({ flags: ['--config', 'c.json'], files })).toMatchObject(expected);
});

test('with a login and a name the server may listen for other machines', () => {
  const flags = ['--host', '0.0.0.0', '--login', '--allowed-host', 'cache.example'];
  expect(configOf({ flags })).toMatchObject({ host: '0.0.0.0', isLoginWanted: true });
});

test('the password of the command line may stand in the environment of a server', () => {
  expect(configOf({ env: { CACHESCOPE_PASSWORD: 'correct horse' } }).port).toBe(7676);
});

test('a switch takes no following word', () => {
  expect(configOf({ flags: ['--read-only', '--port', '1'] })).toMatchObject({ isReadOnly: true, port: 1 });
  expect(configOf({ flags: ['--read-only=false'] }).isReadOnly).toBe(false);
});

test('the environment is named after a Redis elsewhere', () => {
  expect(configOf({ flags: ['--redis', 'redis://cache-7.example'] }).environment).toBe('cache-7.example');
});

test.each<[string, Given, string]>([
  ['an unknown flag', { flags: ['--prot', '1'] }, '--prot is not known; did you mean --port?'],
  ['an unknown variable', { env: { CACHESCOPE_REDDIS: 'x' } }, 'did you mean CACHESCOPE_REDIS?'],
  ['a stray word', { flags: ['now'] }, 'now is not known; "cachescope --help" lists what is'],
  ['a flag without its value', { flags: ['--port'] }, '--port needs a value: --port N'],
  ['a flag whose value is the next flag', { flags: ['--data', '--read-only'] }, '--data needs a value'],
  ['a flag given twice', { flags: ['--port', '1', '--port', '2'] }, '--port is given twice'],
  ['a port out of range', { flags: ['--port', '70000'] }, '--port: 70000 is not a port'],
  ['a port in words', { env: { CACHESCOPE_PORT: '1e3' } }, 'CACHESCOPE_PORT: 1e3 is not a port'],
  ['all interfaces', { flags: ['--host', '0.0.0.0'] }, 'Add --login'],
  ['all interfaces in IPv6', { flags: ['--host', '::'] }, 'Add --login'],
  ['an address of a network', { env: { CACHESCOPE_HOST: '10.0.0.5' } }, 'Add --login'],
  [
    'other machines without the name of this one',
    { flags: ['--host', '0.0.0.0', '--login'] },
    '--host 0.0.0.0 needs --allowed-host NAME',
  ],
  ['a host that is none', { flags: ['--host', 'a b'] }, 'a b is no address to listen on'],
  ['any host', { flags: ['--allowed-host', '*'] }, '* is not a host name'],
  [
    'another scheme for Redis',
    { flags: ['--redis', 'http://r.example'] },
    'http://r.example is not of the form redis://',
  ],
  ['a database that is no number', { flags: ['--redis', 'redis://r.example/cache'] }, 'is not of the form'],
  ['options in the address', { flags: ['--redis', 'redis://r.example?db=1'] }, 'is not of the form'],
  [
    'metrics from a file',
    { flags: ['--metrics', 'file:///etc/passwd'] },
    'is not an http:// or https:// address',
  ],
  [
    'an environment that cannot be typed',
    { flags: ['--environment', 'prod eu'] },
    'cannot be typed to confirm',
  ],
  [
    'a file that is missing',
    { flags: ['--config', 'no.json'] },
    '--config: no.json cannot be read (no such file)',
  ],
  [
    'a file that is no JSON',
    { flags: ['--config', 'c'], files: { c: 'port=1' } },
    'c does not hold a JSON object',
  ],
  [
    'an unknown key',
    { flags: ['--config', 'c'], files: { c: '{"prot":1}' } },
    'prot is not known; did you mean port? (in c)',
  ],
  [
    'a file that names a file',
    { flags: ['--config', 'c'], files: { c: '{"config":"d"}' } },
    'config is not known',
  ],
  [
    'a key of the wrong kind',
    { flags: ['--config', 'c'], files: { c: '{"port":{}}' } },
    '"port" in c must be a text',
  ],
  [
    'a list for one value',
    { flags: ['--config', 'c'], files: { c: '{"port":[1,2]}' } },
    '"port" in c must be one value',
  ],
  [
    'a file with __proto__',
    { flags: ['--config', 'c'], files: { c: '{"__proto__":1}' } },
    '__proto__ is not known',
  ],
  ['a password file that is missing', { env: { CACHESCOPE_REDIS_PASSWORD_FILE: 'pw' } }, 'pw cannot be read'],
  [
    'two passwords',
    { env: { CACHESCOPE_REDIS_PASSWORD: 'a', CACHESCOPE_REDIS_PASSWORD_FILE: 'pw' }, files: { pw: 'b' } },
    'given both as text and as file',
  ],
  ['a CA without TLS', { flags: ['--redis-ca', 'ca'], files: { ca: 'CA' } }, 'not rediss://'],
  [
    'a certificate without its key',
    { flags: ['--redis', 'rediss://r.example', '--redis-cert', 'cert'], files: { cert: 'CERT' } },
    '--redis-cert and --redis-key belong together',
  ],
  ['no home directory', { env: { HOME: '' } }, 'say --data DIR'],
])('%s is refused with what would be right', (_claim, given, words) => {
  expect(problemsOf(given)).toEqual([expect.stringContaining(words)]);
});

test('streams of events are named once each, in the form of a key without spaces', () => {
  expect(configOf({}).eventStreams).toEqual(['cachescope:events']);
  const env = { CACHESCOPE_EVENT_STREAMS: 'a, b ,a' };
  expect(configOf({ env }).eventStreams).toEqual(['a', 'b']);
  for (const name of ['', 'two words', 'x'.repeat(201)])
    expect(problemsOf({ flags: ['--event-streams', name] }).join()).toContain('no name of a stream');
});

test('everything that is wrong is said at once', () => {
  const files = { 'c.json': '{"prot": 1, "host": "0.0.0.0"}' };
  const given = {
    flags: ['--port', 'x', '--redsi', 'y', '--config', 'c.json'],
    env: { CACHESCOPE_READONLY: '1' },
    files,
  };
  expect(problemsOf(given)).toHaveLength(5);
});

test.each([
  'redis://ada:hunter2@r.example/cache',
  'ada:hunter2@r.example',
  'redis://ada:hunter2@r.exa mple',
  'redis://ada:hun@ter2@r.example/x',
])('the password in the malformed address %s reaches no message', (url) => {
  const text = problemsOf({ flags: ['--redis', url, '--metrics', url] }).join('\n');
  expect(text).not.toMatch(/hun|ter2|ada/);
});

test('an empty variable counts as not set', () => {
  expect(configOf({ env: { CACHESCOPE_PORT: '' } }).port).toBe(7676);
});

test.each([[[]], [['server']], [['--port', '1']]])('without a command (%j) the way is shown', (argv) => {
  const resolved = resolveConfig({ argv, env: {}, readText: () => '' });
  expect(resolved).toEqual({ problems: [expect.stringContaining('cachescope serve')] });
});

test.each([[['--help']], [['help']], [['serve', '--port', '1', '-h']]])('%j shows the help', (argv) => {
  const resolved = resolveConfig({ argv, env: {}, readText: () => '' });
  const help = 'help' in resolved ? resolved.help : '';
  for (const setting of allSettings) {
    expect(help).toContain(variableOf(setting));
    expect(help).toContain(setting.help);
    expect(help.includes(`${flagOf(setting)} ${setting.argument}`)).toBe(
      !setting.isSecret && setting.argument !== null,
    );
  }
});

test('the defaults in the help are those that apply', () => {
  const shown = allSettings.filter(({ name }) => ['redis', 'port', 'host'].includes(name));
  const flags = shown.map((setting) => `${flagOf(setting)}=${setting.shownDefault}`);
  expect(configOf({ flags })).toEqual(configOf({}));
});

test('an address that stands alone is refused without its password', () => {
  const text = problemsOf({ flags: ['redis://ada:hush@cache.example:6379'] }).join('\n');
  expect(text).toMatch(/@cache\.example:6379 is not known/);
  expect(text).not.toMatch(/hush/);
});
