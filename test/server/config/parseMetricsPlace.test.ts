import { describe, expect, test } from 'vitest';
import { parseAddressRange, parseMetricsDns, parseMetricsPlace } from '#server/config/parseMetricsPlace.ts';

const noLabels = { service: null, instance: null, version: null };

test('an address is a place', () => {
  expect(parseMetricsPlace('http://a.example:9100/metrics')).toMatchObject({
    value: { kind: 'url', at: 'http://a.example:9100/metrics', labels: noLabels, access: { username: null } },
  });
});

test('an object says how to be let in and what the process is', () => {
  const written = {
    url: 'https://a.example/metrics',
    labels: { service: 'catalog', version: '7' },
    ...{
      username: 'me',
      passwordFile: 'pw',
      ca: 'ca.pem',
      cert: 'c.pem',
      key: 'k.pem',
      serverName: 'b.example',
    },
  };
  expect(parseMetricsPlace(JSON.stringify(written))).toEqual({
    value: {
      kind: 'url',
      at: 'https://a.example/metrics',
      labels: { service: 'catalog', instance: null, version: '7' },
      access: {
        ...{ username: 'me', passwordFile: 'pw', bearerTokenFile: null },
        ...{ ca: 'ca.pem', certificate: 'c.pem', key: 'k.pem', serverName: 'b.example' },
      },
    },
  });
  expect(parseMetricsPlace('{"file":"t.json","bearerTokenFile":"token"}')).toMatchObject({
    value: { kind: 'file', at: 't.json', access: { bearerTokenFile: 'token' } },
  });
});

describe('says what is wrong, without what may be a secret', () => {
  test.each<[string, string]>([
    ['ftp://a.example', 'ftp://a.example is not an http:// or https:// address'],
    ['http://me:s3cret@a.example/metrics', '"username" and "passwordFile" in a configuration file'],
    ['{"url":', 'it is no JSON object'],
    ['{}', 'one of "url", "file" and "dns"'],
    ['{"url":"http://a/","file":"s3cret"}', 'one of "url", "file" and "dns"'],
    ['{"url":"http://a/","password":"s3cret"}', '"password" is not known'],
    ['{"url":["s3cret"]}', '"url" must be a text'],
    ['{"url":"http://a/","labels":{"team":"s3cret"}}', '"team" is not known'],
    ['{"url":"http://a/","username":"me","bearerTokenFile":"s3cret"}', 'exclude each other'],
    ['{"url":"http://a/","passwordFile":"s3cret"}', 'needs a "username"'],
    ['{"url":"https://a/","cert":"s3cret"}', 'belong together'],
    ['{"url":"http://a/","ca":"s3cret"}', 'for https:// addresses'],
    ['{"dns":"srv+http://a:9100/metrics"}', 'holds a port'],
    ['{"dns":"a.example"}', 'is not an http:// or https:// address'],
  ])('%s', (written, words) => {
    const parsed = parseMetricsPlace(written);
    expect(parsed).toEqual({ problem: expect.stringContaining(words) });
    expect(JSON.stringify(parsed)).not.toContain('s3cret');
  });
});

test('a DNS name is an address, or one with srv+ before it', () => {
  expect(parseMetricsDns('srv+https://_m._tcp.a.example/m')).toMatchObject({
    value: { kind: 'dns', at: 'srv+https://_m._tcp.a.example/m' },
  });
});

test.each([
  ['10.0.0.0/8', '10.0.0.0/8'],
  ['10.0.0.1', '10.0.0.1/32'],
  ['fd00::/8', 'fd00::/8'],
  ['::1', '::1/128'],
  ['none', null],
])('the range %s is %s', (written, value) => {
  expect(parseAddressRange(written)).toEqual({ value });
});

test.each(['10.0.0.0/33', '10.0.0.0/8/8', 'fd00::/129', 'localhost', '10.0.0.0/x', '10.0.0/8', ''])(
  '%j is no range',
  (written) => {
    expect(parseAddressRange(written)).toEqual({ problem: expect.stringContaining('10.0.0.0/8') });
  },
);
