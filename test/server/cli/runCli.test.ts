import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { runCli } from '#server/cli/runCli.ts';
import { FENCE_FUNCTION } from '#shared/fence/fenceLibrary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { freePort } from '#test/support/freePort.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

let around: AsyncDisposableStack;
let cachescope: TestCachescope;

/** A service that hits four times out of five, a hundred times a second. */
async function startService(): Promise<string> {
  const startedAtMs = Date.now();
  const service = createServer((_request, response) => {
    const hundreds = Math.floor((Date.now() - startedAtMs) / 1_000);
    response.setHeader('content-type', 'text/plain');
    response.end(
      [
        'cache_client_info{service="shop",instance="1",version="1"} 1',
        `cache_gets_total{key_pattern="a:{id}",result="hit"} ${hundreds * 80}`,
        `cache_gets_total{key_pattern="a:{id}",result="miss"} ${hundreds * 20}`,
        '',
      ].join('\n'),
    );
  });
  around.defer(() => void service.close());
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  const address = service.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/metrics`;
}

beforeAll(async () => {
  around = new AsyncDisposableStack();
  const redis = around.use(await startRedis());
  await redis.client.set('a:1', 'x', 'EX', 6_000);
  const args = ['--metrics', await startService()];
  cachescope = around.use(await startCachescope({ redisUrl: `redis://127.0.0.1:${redis.port}`, args }));
}, 60_000);
afterAll(() => around.disposeAsync());

/** Runs the program as a terminal does. */
async function run(...words: readonly string[]) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      ['server/main.ts', ...words],
      { cwd: ROOT },
      (_error, out, err) => resolve({ code: child.exitCode ?? -1, out, err }),
    );
  });
}

test('redis function prints what FUNCTION LOAD takes, without a server', async () => {
  await using redis = await startRedis();
  const { code, out } = await run('redis', 'function', '--url', 'http://127.0.0.1:1');
  expect(code).toBe(0);
  await expect(redis.client.call('FUNCTION', 'LOAD', 'REPLACE', out)).resolves.toBe(FENCE_FUNCTION);
  const told = await run('redis', 'function', '--json');
  expect(JSON.parse(told.out)).toEqual({ name: FENCE_FUNCTION, source: out });
});

test('patterns --json gives the numbers of the API, and the table shows them', async () => {
  const api = apiClient(cachescope.url);
  const list = (fromMs: number, toMs: number) =>
    api.patterns.list.query({ targetId: DEFAULT_TARGET_ID, range: { fromMs, toMs }, compare: 'none' });
  const fromMs = Date.now();
  const rows = await vi.waitFor(async () => {
    const { rows: found } = await list(fromMs, Date.now());
    const row = found.find(({ pattern }) => pattern === 'a:{id}');
    expect(row?.traffic).toMatchObject({ value: { hasEnoughLookups: true } });
    expect(row?.sample.state).toBe('known');
    return found;
  }, 40_000);
  expect(rows).toHaveLength(1);

  // A range that is over, so that both are asked of the same.
  const toMs = Date.now();
  const range = ['--from', String(fromMs), '--to', String(toMs), '--url', cachescope.url];
  const told = await run('patterns', '--json', ...range);
  const answer = await list(fromMs, toMs);
  const numbersOf = (traffic: (typeof rows)[number]['traffic']) =>
    traffic.state === 'known' ? traffic.value : traffic;
  expect(told).toMatchObject({ code: 0, err: '' });
  const shown: typeof answer = JSON.parse(told.out);
  expect(shown.span).toEqual({ fromMs, toMs });
  expect(shown.rows.map(({ traffic }) => numbersOf(traffic))).toEqual(
    answer.rows.map(({ traffic }) => numbersOf(traffic)),
  );
  expect(shown.rows[0]).toMatchObject({ pattern: 'a:{id}', sources: ['library'], services: ['shop'] });

  const table = await run('patterns', ...range);
  expect(table.out).toMatch(/a:\{id\} +80\.0 % .* cachescope\/cache$/m);
}, 90_000);

test('ttl --json gives the numbers of the API', async () => {
  const told = await run('ttl', '--json', '--url', cachescope.url);
  expect(JSON.parse(told.out)).toEqual(
    await apiClient(cachescope.url).ttl.get.query({ targetId: DEFAULT_TARGET_ID }),
  );
  const table = await run('ttl', '--url', cachescope.url);
  expect(table.out).toMatch(/1 of 1 keys sampled.*a:\{id\} +1 +1\.\d+ h/s);
}, 60_000);

async function failing(...words: readonly string[]) {
  const errors: string[] = [];
  const code = await runCli(words, {
    print: () => {},
    printError: (text) => errors.push(text),
    dataDirectory: null,
  });
  return { code, error: errors.join('\n') };
}

test('says what to do when no server answers, or something else does', async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await failing('patterns', '--url', url)).toMatchObject({
    code: 1,
    error: `No Cachescope answers at ${url} (ECONNREFUSED). Start one with "cachescope serve", or say where it runs with --url URL.`,
  });
  const other = createServer((_request, response) => response.end('<html>'));
  onTestFinished(() => void other.close());
  other.listen(0, '127.0.0.1');
  await once(other, 'listening');
  const address = other.address();
  const otherUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  expect(await failing('ttl', '--url', otherUrl)).toMatchObject({
    code: 1,
    error: `What answers at ${otherUrl} is no Cachescope (HTTP 200). Say --url URL.`,
  });
});

test('tells what is wrong in the command line', async () => {
  expect(await failing('patterns', '--jsn')).toMatchObject({
    code: 2,
    error: '--jsn is not known. "cachescope patterns --help" lists what is.',
  });
  expect(await failing('serve')).toMatchObject({ code: null });
});
