import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCli } from '#server/cli/runCli.ts';
import { openServer } from '#server/openServer.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

let around: AsyncDisposableStack;
let url: string;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  const { client, port } = around.use(await startRedis());
  const batch = client.pipeline();
  for (let id = 0; id < 500; id += 1) batch.set(`user:${id}`, '{"id":1}', 'EX', 600);
  batch.set(Buffer.from([0x62, 0xff]), 'x');
  batch.sadd('key-tags:user:7', 'people');
  batch.sadd('tag:people', 'user:7');
  await batch.exec();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  around.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const server = await openServer(testConfig(port, { dataDirectory }), testSurroundings);
  around.defer(() => server.close());
  url = server.url;
}, 60_000);
afterAll(() => around.disposeAsync());

async function run(...words: readonly string[]) {
  const printed: string[] = [];
  const errors: string[] = [];
  const code = await runCli([...words, '--url', url], {
    print: (text) => void printed.push(text),
    printError: (text) => void errors.push(text),
    dataDirectory: null,
  });
  return { code, out: printed.join('\n'), err: errors.join('\n') };
}

test('keys find walks until the limit or all keys, and says how far it came', async () => {
  const all = await run('keys', 'find', 'user:*', '--limit', '1000', '--json');
  const data: unknown = JSON.parse(all.out);
  expect(data).toMatchObject({
    keys: { length: 500 },
    walk: { cursor: null, walkedRatio: 1 },
    deniedCount: 0,
  });
  const some = await run('keys', 'find', 'user:{id}', '--limit', '20');
  expect(some.code).toBe(0);
  expect(some.out.split('\n').filter((line) => line.startsWith('user:'))).toHaveLength(20);
  expect(some.out).toMatch(/20 keys so far; [\d.]+ % of 503 were looked at/);
  const exact = await run('keys', 'find', 'b\\xff', '--as', 'exact');
  expect(exact.out).toMatch(/^b\\xff +\S+ +string +none/m);
});

test('keys inspect shows the facts and tags of one key, and ends with 1 when it is not there', async () => {
  const { code, out } = await run('keys', 'inspect', 'user:7');
  expect(code).toBe(0);
  expect(out).toMatch(/^type +string$/m);
  expect(out).toMatch(/^format +JSON \(certain\)$/m);
  expect(out).toMatch(/^tag +people \(Cachescope; 1 key\)$/m);
  const missing = await run('keys', 'inspect', 'gone');
  expect(missing).toMatchObject({ code: 1, out: expect.stringMatching(/^state +not there$/m) });
});

test('keys compare says why nothing could be compared, and ends with 1', async () => {
  const { code, out } = await run('keys', 'compare', 'user:7');
  expect(code).toBe(1);
  expect(out).toMatch(/^state +refused$/m);
  expect(out).toMatch(/^why +No service has announced itself/m);
});

test.each<[readonly string[], RegExp]>([
  [['keys', 'find'], /Say what to search for/],
  [['keys', 'find', 'a', '--as', 'regex'], /no kind of search/],
  [['keys', 'find', 'a', '--limit', '0'], /--limit is a number/],
  [['keys', 'inspect'], /Say which key/],
  [['keys', 'compare'], /Say which key/],
])('%j is refused with what is wrong', async (words, problem) => {
  expect(await run(...words)).toMatchObject({ code: 2, err: expect.stringMatching(problem) });
});

test('a glob that Redis would not read as meant is refused by the server', async () => {
  expect(await run('keys', 'find', 'a\\', '--as', 'glob')).toMatchObject({
    code: 1,
    err: expect.stringContaining('ends in a backslash'),
  });
});
