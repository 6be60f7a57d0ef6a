import { expect, test } from 'vitest';
import { configOf } from './configOf.ts';

test.each([
  [
    'redis://r.example',
    { host: 'r.example', port: 6379, database: 0, username: null, password: null, tls: null },
  ],
  ['redis://ada:p%40ss@r.example:7000/3', { port: 7000, database: 3, username: 'ada', password: 'p@ss' }],
  ['redis://:pass@r.example', { username: null, password: 'pass' }],
  ['redis://[::1]:7000', { host: '::1', port: 7000 }],
  ['rediss://r.example', { tls: { ca: null, certificate: null, key: null, serverName: null } }],
])('%s', (url, expected) => {
  expect(configOf({ flags: ['--redis', url] }).redis).toMatchObject(expected);
});

test('certificates are read from their files', () => {
  const files = { ca: 'CA', cert: 'CERT', key: 'KEY' };
  const flags = [
    '--redis',
    'rediss://r.example',
    '--redis-ca',
    'ca',
    '--redis-cert',
    'cert',
    '--redis-key',
    'key',
  ];
  expect(configOf({ flags, files }).redis.tls).toEqual({
    ca: 'CA',
    certificate: 'CERT',
    key: 'KEY',
    serverName: null,
  });
});
