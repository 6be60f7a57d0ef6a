import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { encodeEntry, NO_OWNER } from '#cache/store/entryFormat.ts';
import { readKeyValue } from '#server/sources/keys/value/readKeyValue.ts';
import { createRedaction } from '#server/sources/keys/value/redaction.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const SECRET = 'geheim';

async function shownValue(redis: TestRedis, key: string) {
  const connection = openTestConnection(redis, 'inspector');
  try {
    return await readKeyValue({
      ...{ connection, key: Buffer.from(key), knowsNoTouch: false, onTouch: () => {} },
      ...{ redaction: createRedaction([]), nowMs: Date.now },
    });
  } finally {
    connection.close();
  }
}

async function stringOf(redis: TestRedis, value: string | Buffer) {
  await redis.client.set('a:1', value);
  const { parts } = await shownValue(redis, 'a:1');
  return parts[0]?.value;
}

test('a string is shown by its format, without our header, unpacked, and never what is hidden', async () => {
  await using redis = await startRedis();
  const json = JSON.stringify({ id: 7, password: SECRET });
  expect(await stringOf(redis, json)).toMatchObject({ kind: 'json', redactedCount: 1, isCut: false });
  const header = {
    ...{ isNegative: false, isTagged: false, loadMs: 1, version: 0, owner: NO_OWNER },
    ...{ storedAtMs: 1, softExpiryAtMs: 2 },
  };
  const entry = await stringOf(redis, encodeEntry(header, Buffer.from(json)));
  expect(entry).toMatchObject({ kind: 'json', text: '{\n  "id": 7,\n  "password": "[redacted]"\n}' });
  const packed = await stringOf(redis, gzipSync(json));
  expect(packed).toMatchObject({ kind: 'json', format: 'json', note: 'It is gzip, shown unpacked.' });
  expect(packed?.text).toContain('[redacted]');
  expect(await stringOf(redis, Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]))).toMatchObject({
    kind: 'hidden',
    note: expect.stringContaining('Zstandard'),
  });
  expect(await stringOf(redis, 'hello bob@example.com')).toMatchObject({
    kind: 'text',
    text: 'hello [redacted]',
  });
  expect(await stringOf(redis, 'a\u202eb\n')).toMatchObject({ kind: 'text', text: 'a\\u{202e}b\n' });
  expect(await stringOf(redis, Buffer.from([0x81, 0xa2, 0x69, 0x64, 0x07]))).toMatchObject({
    kind: 'hex',
    text: expect.stringMatching(/^00000000 {2}81 a2 69 64 07 +\.\.id\.$/),
  });
  const named = Buffer.concat([Buffer.from([0x81, 0xa8]), Buffer.from(`password\xa6${SECRET}`, 'latin1')]);
  expect(await stringOf(redis, named)).toMatchObject({ kind: 'hidden', text: '' });
  expect(await stringOf(redis, `a:1:{s:8:"password";s:6:"${SECRET}";}`)).toMatchObject({ kind: 'hidden' });
});

test('no more than 4 KiB of a string is read, and a compressed start is unpacked as far as it goes', async () => {
  await using redis = await startRedis();
  const cut = await stringOf(redis, 'x'.repeat(10_000));
  expect(cut).toMatchObject({ isCut: true });
  expect(cut?.text).toHaveLength(4_096);
  const noise = Array.from({ length: 20_000 }, (_, at) => `"k${(at * 7_919) % 100_003}":${at}`).join(',');
  const packed = await stringOf(redis, gzipSync(`{${noise}}`));
  expect(packed).toMatchObject({ kind: 'json', isCut: true });
  expect(packed?.text.length).toBeGreaterThan(4_096);
  const bomb = await stringOf(redis, gzipSync(Buffer.alloc(50_000_000)));
  expect(bomb?.text.length ?? 0).toBeLessThan(100_000);
});

test('the first elements of each collection are shown with their names, and hidden fields are not', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.hset('h', { id: '7', password: SECRET, note: '{"token":"geheim"}' });
  await client.rpush('l', 'one', 'two');
  await client.sadd('s', 'member');
  await client.zadd('z', 1.5, 'member');
  await client.xadd('x', '1-1', 'password', SECRET, 'a', 'b');
  const hash = await shownValue(redis, 'h');
  expect(hash).toMatchObject({ type: 'hash', isCut: false, redactedCount: 2 });
  expect(JSON.stringify(hash)).not.toContain(SECRET);
  expect(hash.parts.map(({ label }) => label)).toEqual(['id', 'password', 'note']);
  const shown = async (key: string) =>
    (await shownValue(redis, key)).parts.map(({ label, value }) => [label, value.text]);
  expect(await shown('l')).toEqual([
    ['0', 'one'],
    ['1', 'two'],
  ]);
  expect(await shown('s')).toEqual([[null, 'member']]);
  expect(await shown('z')).toEqual([['1.5', 'member']]);
  expect(await shown('x')).toEqual([
    ['1-1 password', ''],
    ['1-1 a', 'b'],
  ]);
});

test('at most 100 elements are read, fewer where they are large, and none where one alone is too large', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  await client.rpush('many', ...Array.from({ length: 1_000 }, (_, at) => `${at}`));
  expect(await shownValue(redis, 'many')).toMatchObject({ isCut: true, parts: { length: 100 } });
  await client.rpush('large', ...Array.from({ length: 50 }, () => 'x'.repeat(100_000)));
  const large = await shownValue(redis, 'large');
  expect(large.parts.length).toBeLessThan(6);
  expect(large.parts[0]?.value.text).toHaveLength(1_024);
  await client.rpush('huge', 'x'.repeat(5_000_000), 'x'.repeat(5_000_000));
  await expect(shownValue(redis, 'huge')).rejects.toMatchObject({ code: 'badInput' });
});

test('a name of a key that says what it holds hides all of it, and a missing key is told', async () => {
  await using redis = await startRedis();
  await redis.client.set('csrf-token:7', SECRET);
  const { parts } = await shownValue(redis, 'csrf-token:7');
  expect(parts).toMatchObject([{ value: { kind: 'hidden', text: '' } }]);
  await expect(shownValue(redis, 'gone')).rejects.toMatchObject({ code: 'notFound' });
});
