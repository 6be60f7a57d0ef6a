import { expect, test } from 'vitest';
import { resolveConfig } from '#server/config/resolveConfig.ts';

const files: Readonly<Record<string, string>> = {
  '/run/token': 't0ken\n',
  '/etc/mappings.json': '[{"metric": "reads_total", "counts": "hits", "cacheName": "users"}]',
  '/etc/broken.json': '[{"metric": "reads_total"}]',
};

function resolve(flags: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return resolveConfig({
    argv: ['serve', ...flags],
    env: { HOME: '/home/ada', ...env },
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

const url = 'http://prometheus:9090/';

test('a Prometheus server has an address, a user with password or a token, and what it is limited to', () => {
  const nobody = { username: null, password: null, passwordFile: null, token: null, tokenFile: null };
  expect(resolve(['--prometheus', url])).toMatchObject({
    config: { prometheus: { access: { url, ...nobody }, matchers: '' } },
  });
  expect(
    resolve(['--prometheus', url, '--prometheus-user', 'ada', '--prometheus-match', 'namespace="shop"'], {
      CACHESCOPE_PROMETHEUS_PASSWORD: 's3cret',
    }),
  ).toMatchObject({
    config: {
      prometheus: {
        access: { url, ...nobody, username: 'ada', password: 's3cret' },
        matchers: 'namespace="shop"',
      },
    },
  });
  expect(resolve(['--prometheus', url, '--prometheus-token-file', '/run/token'])).toMatchObject({
    config: { prometheus: { access: { url, ...nobody, tokenFile: '/run/token' } } },
  });
  expect(resolve([])).toMatchObject({ config: { prometheus: null, metricMappings: [] } });
});

test.each([
  [['--prometheus-user', 'ada'], {}, 'not its address'],
  [['--prometheus', url, '--prometheus-token-file', '/nowhere'], {}, '/nowhere cannot be read'],
  [
    ['--prometheus', url, '--prometheus-token-file', '/run/token'],
    { CACHESCOPE_PROMETHEUS_TOKEN: 't' },
    'give one',
  ],
  [['--prometheus', url], { CACHESCOPE_PROMETHEUS_PASSWORD: 's3cret' }, 'needs --prometheus-user'],
  [['--metric-mappings', '/nowhere.json'], {}, '/nowhere.json cannot be read'],
  [['--metric-mappings', '/etc/broken.json'], {}, '/etc/broken.json: mapping 1'],
])('%j with %j: %s', (flags, env, problem) => {
  const resolved = resolve(flags, env);
  expect(resolved).toEqual({ problems: [expect.stringContaining(problem)] });
  expect(JSON.stringify(resolved)).not.toContain('s3cret');
});

test('mappings come from a file', () => {
  expect(resolve(['--metric-mappings', '/etc/mappings.json'])).toMatchObject({
    config: { metricMappings: [{ metric: 'reads_total', counts: 'hits', cacheName: 'users' }] },
  });
});
