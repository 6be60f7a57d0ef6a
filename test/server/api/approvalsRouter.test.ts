import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openApprovalServer } from '#test/support/access/openApprovalServer.ts';
import { openLoginServer } from '#test/support/access/openLoginServer.ts';

let server: Awaited<ReturnType<typeof openApprovalServer>>;
let bob: string;
let vic: string;

beforeAll(async () => {
  server = await openApprovalServer();
  bob = (await server.login('bob')).cookie ?? '';
  vic = (await server.login('vic')).cookie ?? '';
}, 60_000);
afterAll(() => server[Symbol.asyncDispose]());
beforeEach(() => server.fillShoes());

const targetId = 'default';

function ask(path: string, cookie: string, input: object, headers: Record<string, string> = {}) {
  const isQuery = path === 'approvals.get' || path === 'approvals.list';
  return server.ask(path, { cookie, input: { targetId, ...input }, isQuery, headers });
}

it('tells each open page of an approval as it comes, and never of the token', async () => {
  const end = new AbortController();
  const input = encodeURIComponent(JSON.stringify({ targetId }));
  const stream = await fetch(`${server.url}/api/trpc/live.events?input=${input}`, {
    headers: { cookie: bob },
    signal: end.signal,
  });
  let planId = '';
  let text = '';
  for await (const chunk of stream.body ?? []) {
    text += Buffer.from(chunk).toString();
    if (planId === '' && text.includes('"status"')) planId = await server.askForShoes('wrong prices');
    if (planId !== '' && text.includes(planId)) break;
  }
  end.abort();
  expect(text).toMatch(/"kind":"approval","approval":\{[^\n]*"reason":"wrong prices"/);
  expect(text).not.toContain('"token"');
  await ask('approvals.decline', bob, { planId, text: '' });
});

it('gives the token of a plan to the tab that made it, and to no other', async () => {
  const planId = await server.askForShoes('x');
  const shown = async (cookie: string, headers = {}) =>
    (await ask('approvals.get', cookie, { planId }, headers)).data;
  expect(await shown(server.adminCookie)).toMatchObject({
    plan: { token: expect.stringMatching(/^\S{43}$/) },
  });
  for (const data of [
    await shown(server.adminCookie, { 'x-cachescope-session': 'tab-2' }),
    await shown(bob),
    await shown(vic),
  ]) {
    expect(data).toMatchObject({ plan: { token: '', keyCount: 200 }, approval: { requester: 'ada' } });
  }
  await ask('approvals.decline', bob, { planId, text: '' });
});

it('refuses who may not, what is not known, and what nobody asked for', async () => {
  const planId = await server.askForShoes('x');
  const refusals = [
    [await ask('approvals.approve', server.adminCookie, { planId, text: '' }), 403, 'notAllowed'],
    [await ask('approvals.approve', vic, { planId, text: '' }), 403, 'notAllowed'],
    [await ask('approvals.withdraw', bob, { planId }), 403, 'notAllowed'],
    [await ask('approvals.approve', bob, { planId: 'f00', text: '' }), 404, 'notFound'],
    [await ask('approvals.get', bob, { planId: 'f00' }), 404, 'notFound'],
    [await ask('approvals.approve', bob, { planId, text: 'x'.repeat(501) }), 400, 'badInput'],
    [await ask('approvals.approve', bob, { planId, text: '', as: 'ada' }), 400, 'badInput'],
    [await ask('approvals.ask', bob, { token: 'x'.repeat(43), reason: 'x' }), 412, 'planUnknown'],
    [await ask('approvals.ask', bob, { token: 'x'.repeat(43), reason: 'x', typed: '' }), 400, 'badInput'],
  ] as const;
  for (const [answer, status, appCode] of refusals) expect(answer).toMatchObject({ status, appCode });
  expect((await ask('approvals.list', vic, {})).data).toContainEqual(
    expect.objectContaining({ planId, state: 'waiting' }),
  );
  for (const path of ['get', 'approve', 'decline', 'withdraw', 'list']) {
    const elsewhere = { ...(path === 'list' ? {} : { planId }), ...(/^[ad]/.test(path) ? { text: '' } : {}) };
    expect(await ask(`approvals.${path}`, bob, { ...elsewhere, targetId: 'other' })).toMatchObject({
      status: 404,
    });
  }
  await ask('approvals.decline', bob, { planId, text: '' });
});

it('ends an approval with the role of whoever gave it: the start of the job waits again', async () => {
  const planId = await server.askForShoes('x');
  expect(await ask('approvals.approve', bob, { planId, text: '' })).toMatchObject({ status: 200 });
  await server.ask('access.users.setRole', {
    cookie: server.adminCookie,
    input: { name: 'bob', role: 'inspector' },
  });
  const { data } = await ask('approvals.get', server.adminCookie, { planId });
  expect(data).toMatchObject({ approval: { state: 'waiting', decision: null }, approvers: [] });
});

it('knows no plan of before a restart, and says that it is gone', async () => {
  await server.ask('access.users.setRole', {
    cookie: server.adminCookie,
    input: { name: 'bob', role: 'operator' },
  });
  const planId = await server.askForShoes('x');
  await server.stop();
  await using again = await openLoginServer(server.config);
  const cookie = (await again.login('bob')).cookie;
  const asking = { cookie, input: { targetId, planId, text: '' } };
  expect(await again.ask('approvals.approve', asking)).toMatchObject({
    appCode: 'notFound',
    message: expect.stringContaining('Plans are gone when the server ends'),
  });
  const listed = await again.ask('approvals.list', { cookie, input: { targetId }, isQuery: true });
  expect(listed.data).toEqual([]);
  expect(await server.leftCount()).toBe(200);
});
