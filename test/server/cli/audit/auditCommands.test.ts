import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { runCli } from '#server/cli/runCli.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { auditFileText, chainedEntries, jobRecord } from '#test/support/audit/chainedEntries.ts';
import { startCachescope, type TestCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const START_MS = Date.UTC(2026, 2, 2);
const HOSTILE = '=cmd|"/c calc"!A1\u001b[2J\r\nFLUSHALL\u202e';
const entries = [
  ...chainedEntries(
    Array.from({ length: 2_500 }, (_, index) => ({
      ...jobRecord(index),
      ...(index === 1_234 ? { subject: HOSTILE, reason: HOSTILE } : {}),
    })),
    START_MS,
  ),
];
// Its last job is planned only, so that the start of the server finds none to close.
const fileText = auditFileText(entries);

let around: AsyncDisposableStack;
let cachescope: TestCachescope;
let directory: string;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  directory = await mkdtemp(join(tmpdir(), 'cachescope-cli-'));
  around.defer(() => rm(directory, { recursive: true, force: true }));
  await writeFile(join(directory, 'audit.jsonl'), fileText);
  const redis = around.use(await startRedis());
  cachescope = around.use(
    await startCachescope({ redisUrl: `redis://127.0.0.1:${redis.port}`, dataDirectory: directory }),
  );
}, 60_000);
afterAll(() => around.disposeAsync());

async function run(...words: readonly string[]) {
  const said: string[] = [];
  const errors: string[] = [];
  const code = await runCli([...words, '--url', cachescope.url], {
    print: (text) => said.push(text),
    printError: (text) => errors.push(text),
    dataDirectory: null,
  });
  return { code, out: said.join('\n'), error: errors.join('\n') };
}

test('list shows the newest first, as many as are asked for, and no name that writes to the terminal', async () => {
  const { code, out } = await run('audit', 'list', '--limit', '1300', '--phase', 'started');
  const [heading, first] = out.split('\n');
  expect(code).toBe(0);
  expect(heading).toMatch(/^ *no\. +time +actor +action +phase +subject/);
  expect(first).toMatch(/^ *2498 +2026-03-02T00:41:38.000Z/);
  expect(out.split('\n')).toHaveLength(1 + entries.filter(({ phase }) => phase === 'started').length);
  const hostile = await run('audit', 'list', '--text', 'flushall');
  expect(hostile.out).toContain('\\u001b[2J\\u000d\\u000aFLUSHALL\\u202e');
  expect(hostile.out).toMatch(/^[\x20-\x7e\n…]+$/);
});

test('list --json gives what the API gives', async () => {
  const { out } = await run('audit', 'list', '--json', '--limit', '3', '--actor', 'ada', '--state', 'failed');
  const { entries: found } = await apiClient(cachescope.url).audit.list.query({
    targetId: DEFAULT_TARGET_ID,
    limit: 3,
    filter: { actor: 'ada', state: 'failed' },
  });
  expect(found).toHaveLength(3);
  expect(JSON.parse(out)).toEqual(found);
});

test('export gives the lines of the log, which verify takes', async () => {
  const { code, out } = await run('audit', 'export');
  expect(code).toBe(0);
  expect(`${out}\n`).toBe(fileText);
  const path = join(directory, 'some.jsonl');
  const some = await run('audit', 'export', '--since', '2026-03-02T00:10Z', '--actor', 'grace');
  await writeFile(path, `${some.out}\n`);
  const verdict = await run('audit', 'verify', path, '--excerpt', '--json');
  const expected = entries.filter(({ atMs, actor }) => atMs >= START_MS + 600_000 && actor === 'grace');
  expect(JSON.parse(verdict.out)).toMatchObject({ isIntact: true, entryCount: expected.length });
});

test('a spreadsheet runs nothing of an export', async () => {
  const { out } = await run('audit', 'export', '--csv', '--text', '=cmd');
  const [heading, row, ...more] = out.split('\n');
  expect(heading).toMatch(/^sequence,at,environment,actor,action,phase,subject/);
  expect(row).toContain(`,"'=cmd|""/c calc""!A1\\u001b[2J\\u000d\\u000aFLUSHALL\\u202e",`);
  expect(more).toEqual([]);
});

test('tells what is wrong in the command line', async () => {
  expect(await run('audit', 'list', '--limit', '0')).toMatchObject({ code: 2 });
  expect(await run('audit', 'export', '--csv', '--json')).toMatchObject({ code: 2 });
  const since = await run('audit', 'list', '--since', '2026-03-03', '--until', '2026-03-02');
  expect(since.error).toContain('--since must be before --until');
  expect((await run('audit', 'list', '--text', 'x'.repeat(300))).code).toBe(1);
  expect((await run('audit', 'list', '--text', 'nothing like it')).out).toBe('No entry matches.');
});

test('the server tells the head on stdout, and verifies its own log when it is asked', async () => {
  const head = entries.at(-1);
  expect(cachescope.output()).toContain(`Cachescope audit head: 2500:${head?.hash}\n`);
  const api = apiClient(cachescope.url);
  const target = { targetId: DEFAULT_TARGET_ID };
  await api.audit.check.query(target);
  const status = await vi.waitFor(async () => {
    const found = await api.audit.status.query(target);
    expect(found.check.last).not.toBeNull();
    return found;
  }, 10_000);
  expect(status).toMatchObject({
    trouble: null,
    head: { sequence: 2_500, hash: head?.hash },
    check: { runningRatio: null, last: { verdict: { isIntact: true, entryCount: 2_500 } } },
  });
  const metrics = await (await fetch(`${cachescope.url}/metrics`)).text();
  expect(metrics).toMatch(/^cachescope_audit_chain_intact 1$/m);
  expect(metrics).toMatch(/^cachescope_audit_head_sequence 2500$/m);
});
