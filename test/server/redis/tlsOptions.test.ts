import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { RedisSettings, RedisTlsSettings } from '#server/config/config.ts';
import { openKeyStream } from '#server/redis/keyStream.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { openRedis } from '#server/redis/openRedis.ts';
import { startTlsRedis, tlsFiles } from '#test/support/redis/startTlsRedis.ts';
import { startRedis } from '#test/support/startRedis.ts';

const pem = (path: string): string => readFileSync(path, 'utf8');

const full: RedisTlsSettings = {
  ca: pem(tlsFiles.ca),
  certificate: pem(tlsFiles.clientCertificate),
  key: pem(tlsFiles.clientKey),
  serverName: null,
};

function open(settings: RedisSettings) {
  const ledger = openLookupLedger();
  const stream = openKeyStream({ settings, ledger, nowMs: Date.now });
  const connection = openRedis({ settings, role: 'monitor', ledger, nowMs: Date.now, random: () => 0 });
  return {
    ping: () => connection.send('PING').then(String),
    count: () => stream.keyCount(),
    [Symbol.dispose]() {
      stream.close();
      connection.close();
    },
  };
}

describe('a rediss:// connection', () => {
  test('works with a private CA and a client certificate', async () => {
    await using redis = await startTlsRedis();
    const { tlsPort } = redis;
    using link = open({ ...plain, host: 'localhost', port: tlsPort, tls: full });
    expect(await link.ping()).toBe('PONG');
    expect(await link.count()).toBe(0);
  });

  test('takes the name to check from the settings when the address is another', async () => {
    await using redis = await startTlsRedis();
    const { tlsPort } = redis;
    using link = open({ ...plain, port: tlsPort, tls: { ...full, serverName: 'localhost' } });
    expect(await link.ping()).toBe('PONG');
    expect(await link.count()).toBe(0);
  });

  test.each<[string, RedisTlsSettings, string]>([
    ['of another name', full, 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['of an unknown CA', { ...full, ca: null, serverName: 'localhost' }, 'CERT|SIGNED'],
  ])('refuses a certificate %s and says so', async (_name, tls, code) => {
    await using redis = await startTlsRedis();
    const { tlsPort } = redis;
    using link = open({ ...plain, port: tlsPort, tls });
    await expect(link.ping()).rejects.toThrow(new RegExp(code));
    await expect(link.count()).rejects.toThrow(new RegExp(code));
  });

  test('fails without a crash when Redis wants a client certificate and gets none', async () => {
    await using redis = await startTlsRedis();
    const { tlsPort } = redis;
    const tls = { ...full, certificate: null, key: null };
    using link = open({ ...plain, host: 'localhost', port: tlsPort, tls });
    await expect(link.ping()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(link.count()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('fails without a crash when the other side speaks no TLS', async () => {
    await using redis = await startRedis();
    using link = open({ ...plain, host: 'localhost', port: redis.port, tls: full });
    await expect(link.ping()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(link.count()).rejects.toMatchObject({ kind: 'unreachable' });
  });

  test('fails without a crash when the certificate in the settings is no certificate', async () => {
    const tls = { ...full, ca: null, certificate: 'nonsense' };
    using link = open({ ...plain, host: 'localhost', port: 1, tls });
    await expect(link.ping()).rejects.toMatchObject({ kind: 'unreachable' });
    await expect(link.count()).rejects.toThrow('PEM');
  });
});

const plain: RedisSettings = {
  host: '127.0.0.1',
  port: 0,
  database: 0,
  username: null,
  password: null,
  tls: null,
};
