import { request } from 'node:http';
import { expect, test, vi } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { openServer } from '#server/openServer.ts';
import { isTerminal } from '#shared/acting/job.ts';
import { PLAN_LIFETIME_MS } from '#shared/acting/plan.ts';
import type { PurgeInput } from '#shared/acting/purgeInput.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const targetId = DEFAULT_TARGET_ID;
const input: PurgeInput = {
  targetId,
  selection: { by: 'tag', layout: 'simple', tagKey: 'shop:tag:shoes' },
};

async function fill(redis: TestRedis, memberCount: number): Promise<void> {
  const fillTag = redis.client.pipeline();
  for (let id = 0; id < memberCount; id += 1) {
    const key = `shop:product:${id}`;
    fillTag.set(key, `value ${id}`, 'EX', 3_600);
    fillTag.sadd('shop:tag:shoes', key);
    fillTag.sadd(`shop:key-tags:${key}`, 'shoes');
  }
  fillTag.set('shop:product:other', 'stays');
  await fillTag.exec();
}

test('a tag is purged by plan, typed confirmation and job; the audit log names who, what and how many', async () => {
  await using redis = await startRedis();
  await fill(redis, 250);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const api = apiClient(server.url);
    const plan = await api.jobs.planPurge.mutate(input);
    expect(plan).toMatchObject({ keyCount: 250, confirmation: { kind: 'typed', text: 'test 250' } });

    const wrong = api.jobs.start.mutate({
      targetId,
      token: plan.token,
      typed: 'test 25',
      reason: 'wrong price',
    });
    await expect(wrong).rejects.toMatchObject({ data: { appCode: 'confirmationMismatch' } });

    const started = await api.jobs.start.mutate({
      targetId,
      token: plan.token,
      typed: 'test 250',
      reason: 'wrong price',
    });
    await vi.waitFor(async () => {
      const job = await api.jobs.get.query({ targetId, jobId: started.id });
      expect(isTerminal(job.state)).toBe(true);
    }, 10_000);
    const job = await api.jobs.get.query({ targetId, jobId: started.id });
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 250, unknownCount: 0 } });
    expect(await redis.client.keys('*')).toEqual(['shop:product:other']);

    const { entries } = await api.audit.list.query({ targetId, limit: 10 });
    expect(entries[0]).toMatchObject({
      phase: 'ended',
      actor: 'local',
      subject: 'shop:tag:shoes',
      reason: 'wrong price',
      progress: { changedCount: 250 },
    });

    const replay = api.jobs.start.mutate({ targetId, token: plan.token, typed: 'test 250', reason: 'again' });
    await expect(replay).rejects.toMatchObject({ data: { appCode: 'planUsed' } });
  } finally {
    await server.close();
  }
});

test('a plan of one browser session is refused to another', async () => {
  await using redis = await startRedis();
  await fill(redis, 3);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const plan = await apiClient(server.url, 'session-of-one-tab').jobs.planPurge.mutate(input);
    const other = apiClient(server.url, 'session-of-another');
    const stolen = other.jobs.start.mutate({ targetId, token: plan.token, typed: '', reason: '' });
    await expect(stolen).rejects.toMatchObject({ data: { httpStatus: 412 } });
    expect(await redis.client.exists('shop:product:0')).toBe(1);
  } finally {
    await server.close();
  }
});

test('a plan is refused once its five minutes are over, and nothing is purged', async () => {
  await using redis = await startRedis();
  await fill(redis, 3);
  let laterMs = 0;
  const clock = { ...systemClock(), nowMs: () => Date.now() + laterMs };
  const server = await openServer(testConfig(redis.port), { ...testSurroundings, clock });
  try {
    const api = apiClient(server.url);
    const plan = await api.jobs.planPurge.mutate(input);
    laterMs = PLAN_LIFETIME_MS;
    const late = api.jobs.start.mutate({ targetId, token: plan.token, typed: '', reason: '' });
    await expect(late).rejects.toMatchObject({ data: { appCode: 'planExpired' } });
    expect(await redis.client.exists('shop:product:0')).toBe(1);
  } finally {
    await server.close();
  }
});

test('read-only mode plans and starts nothing', async () => {
  await using redis = await startRedis();
  await fill(redis, 3);
  const server = await openServer(testConfig(redis.port, { isReadOnly: true }), testSurroundings);
  try {
    const plan = apiClient(server.url).jobs.planPurge.mutate(input);
    await expect(plan).rejects.toMatchObject({ data: { appCode: 'readOnly' } });
  } finally {
    await server.close();
  }
});

test.each([
  ['a foreign Host', { host: 'evil.example' }, 421],
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, 403],
  ['a sibling site', { 'sec-fetch-site': 'same-site' }, 403],
  ['a null origin', { origin: 'null' }, 403],
  ['no custom header', { 'x-cachescope': '' }, 403],
  ['a form', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
  ['plain text', { 'content-type': 'text/plain' }, 415],
])('a mutation with %s reaches no procedure', async (_name, headers, status) => {
  await using redis = await startRedis();
  await fill(redis, 3);
  const server = await openServer(testConfig(redis.port), testSurroundings);
  try {
    const answer = await post(`${server.url}/api/trpc/jobs.planPurge`, {
      origin: server.url,
      'content-type': 'application/json',
      'x-cachescope': '1',
      ...headers,
    });
    expect(answer).toBe(status);
    const { entries } = await apiClient(server.url).audit.list.query({ targetId, limit: 10 });
    expect(entries).toEqual([]);
  } finally {
    await server.close();
  }
});

/** node:http, because fetch does not let a caller set Host. */
function post(url: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: 'POST', headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end(JSON.stringify(input));
  });
}
