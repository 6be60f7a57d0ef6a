import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openApiQuery } from '#server/cli/apiQuery.ts';
import type { CacheJob } from '#server/cli/jobs/cacheJob.ts';
import { followJob } from '#server/cli/jobs/followJob.ts';
import { openServer } from '#server/openServer.ts';
import type { ErrorCode } from '#shared/errorCodes.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { type ScriptedTerminal, scriptedTerminal } from '#test/support/cli/scriptedTerminal.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

/** At 2,000 keys a second it is not over before a test has done what it is about. */
const KEY_COUNT = 12_000;

let around: AsyncDisposableStack;
let redis: TestRedis;
let url: string;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  redis = around.use(await startRedis());
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  around.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const server = await openServer(testConfig(redis.port, { dataDirectory }), testSurroundings);
  around.defer(() => server.close());
  url = server.url;
}, 60_000);
afterAll(() => around.disposeAsync());

beforeEach(async () => {
  await redis.client.flushall();
  const fill = redis.client.pipeline();
  for (let id = 0; id < KEY_COUNT; id += 1) fill.set(`shop:product:${id}`, 'x');
  await fill.exec();
});

const purge = [
  ...['purge', '--pattern', 'shop:product:{id}', '--whole-cache', '--bad-data', '--json'],
  ...['--confirm', `test ${KEY_COUNT}`, '--reason', 'x'],
];

/** Whose terminal is interrupted as soon as the job has done something. */
function interrupting(typed?: readonly (string | null)[]): ScriptedTerminal {
  let isDone = false;
  const terminal: ScriptedTerminal = scriptedTerminal({
    ...(typed === undefined ? {} : { typed }),
    onProgress: (line) => {
      if (isDone || !/^[1-9][\d,]* of /.test(line)) return;
      isDone = true;
      terminal.interrupt();
    },
  });
  return terminal;
}

/** Two cores may be busy with other servers. */
const soon = { timeout: 20_000 };

describe('Ctrl-C while a purge runs', () => {
  it('cancels it when the person says so, and ends with 4', async () => {
    const { code, out, said } = await runCommandLine({ words: purge, url, terminal: interrupting(['c']) });
    expect(said).toMatch(/Cancel it \(c\), leave it running \(l\)/);
    expect(JSON.parse(out)).toMatchObject({
      job: { state: 'cancelled', outcome: expect.stringMatching(/^Stopped by local/) },
    });
    expect(code).toBe(4);
    expect(await redis.client.dbsize()).toBeGreaterThan(0);
  });

  it.each([
    ['the person says so', ['l']],
    ['it is pressed twice', [null]],
    ['nobody can be asked', undefined],
  ])('leaves it running when %s, says how to cancel it, and ends with 130', async (_when, typed) => {
    const words = purge.filter((word) => word !== '--json');
    const { code, out } = await runCommandLine({ words, url, terminal: interrupting(typed) });
    expect(code).toBe(130);
    const id = /^Stop it: cachescope purge cancel (\S+)$/m.exec(out)?.[1] ?? '';
    const job = await apiClient(url).jobs.get.query({ targetId: DEFAULT_TARGET_ID, jobId: id });
    expect(job.state).toBe('running');

    const cancelled = await runCommandLine({ words: ['purge', 'cancel', id], url });
    expect(cancelled).toMatchObject({ code: 0, out: expect.stringMatching(/^Cancelled after/) });
    const again = await runCommandLine({ words: ['purge', 'cancel', id], url });
    expect(again).toMatchObject({ code: 1, out: expect.stringMatching(/^It had ended before\.\nCancelled/) });
    const watched = await runCommandLine({ words: ['purge', 'watch', id], url });
    expect(watched.code).toBe(4);
    const list = await runCommandLine({ words: ['purge', 'list'], url });
    expect(list.out).toMatch(new RegExp(`^${id} .* cancelled `, 'm'));
  });

  it('leaves a job that another command pauses and lets go on', async () => {
    await runCommandLine({ words: purge, url, terminal: interrupting(['l']) });
    const list = await runCommandLine({ words: ['purge', 'list'], url });
    const id = /^(\S+) .* running /m.exec(list.out)?.[1] ?? '';
    const paused = await runCommandLine({ words: ['purge', 'pause', id], url });
    expect(paused).toMatchObject({ code: 0, out: expect.stringMatching(/^Waiting: Purge/) });
    expect(paused.out).toContain(`cachescope purge resume ${id}`);
    const resumed = await runCommandLine({ words: ['purge', 'resume', id], url });
    expect(resumed).toMatchObject({ code: 0, out: expect.stringMatching(/^Running: Purge/) });
    expect((await runCommandLine({ words: ['purge', 'cancel', id], url })).code).toBe(0);
    const late = await runCommandLine({ words: ['purge', 'pause', id], url });
    expect(late.code).toBe(1);
  });

  it('goes on watching after Enter', async () => {
    const terminal = interrupting(['', 'c']);
    const ended = runCommandLine({ words: purge, url, terminal });
    await expect.poll(() => terminal.said.length, soon).toBeGreaterThan(1);
    await expect.poll(() => terminal.progress.length, soon).toBeGreaterThan(4);
    expect(terminal.interrupt()).toBe(true);
    expect((await ended).code).toBe(4);
    expect(terminal.interrupt()).toBe(false);
  });
});

it('ends with 3 when the purge stopped by itself', async () => {
  const terminal = scriptedTerminal();
  const ended = runCommandLine({ words: purge, url, terminal });
  await expect.poll(() => terminal.progress.some((line) => /^[1-9][\d,]* of /.test(line)), soon).toBe(true);
  await redis.client.call('ACL', 'SETUSER', 'default', '-unlink');
  const { code, out } = await ended;
  await redis.client.call('ACL', 'SETUSER', 'default', '+unlink');
  expect(JSON.parse(out)).toMatchObject({ job: { state: 'failed' } });
  expect(code).toBe(3);
});

const running: CacheJob = {
  ...{
    id: 'job-1',
    planId: 'plan-1',
    targetId: DEFAULT_TARGET_ID,
    title: 'Purge',
    actor: 'local',
    approver: null,
    reason: '',
  },
  ...{
    kind: 'purge',
    method: { how: 'now' },
    state: 'running',
    pauseText: '',
    startedAtMs: 0,
    endedAtMs: null,
    outcome: '',
  },
  progress: {
    ...{ plannedCount: 10, scannedCount: 5, changedCount: 5 },
    skippedCount: 0,
    failedCount: 0,
    unknownCount: 0,
  },
  undoUntilMs: null,
};

/** A server that answers each poll as it is told; null = breaks the connection. */
async function follow(answer: (poll: number) => object | null) {
  let polls = 0;
  const fake = createServer((request, response) => {
    polls += 1;
    const body = answer(polls);
    if (body === null) return void request.socket.destroy();
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  onTestFinished(() => void fake.close());
  fake.listen(0, '127.0.0.1');
  await once(fake, 'listening');
  const address = fake.address();
  const query = openApiQuery(`http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`);
  return followJob({ query, terminal: scriptedTerminal(), dataDirectory: null }, running);
}

const refusal = (appCode: ErrorCode, message: string) => ({ error: { message, data: { appCode } } });

describe('a server that does not answer', () => {
  it('is asked again for a while, and the job is followed on', async () => {
    const job = await follow((poll) =>
      poll < 5 ? null : { result: { data: { ...running, state: 'completed' } } },
    );
    expect(job.state).toBe('completed');
  });

  it('leaves the outcome unknown, with where to look', async () => {
    expect(await follow(() => null)).toMatchObject({
      state: 'unknown',
      outcome: expect.stringContaining('cachescope audit list --plan plan-1'),
    });
  });

  it('leaves the outcome unknown when it was started anew and knows the job no more', async () => {
    expect(await follow(() => refusal('notFound', 'not known'))).toMatchObject({ state: 'unknown' });
  });

  it('says that the job goes on when it may not be watched any more', async () => {
    await expect(follow(() => refusal('notLoggedIn', 'Log in first.'))).rejects.toThrow(
      /Log in first\. .*The job job-1 goes on in the server\./,
    );
  });
});
