import { expect, it, vi } from 'vitest';
import { systemClock } from '#server/clock/clock.ts';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { askApi, openLoginServer } from '#test/support/access/openLoginServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';
import { freePort } from '#test/support/freePort.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const input = { targetId: DEFAULT_TARGET_ID };
const status = { input, isQuery: true };

it('a login sets a cookie that scripts cannot read and other sites cannot send, and opens the API', async () => {
  await using server = await openLoginServer();
  expect(await server.ask('status.get', status)).toMatchObject({ status: 401, appCode: 'notLoggedIn' });
  const { headers, cookie, text } = await server.login('ada');
  expect(headers.getSetCookie()).toEqual([
    expect.stringMatching(/^cachescope-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/),
  ]);
  expect(headers.get('cache-control')).toBe('no-store');
  expect(text).not.toContain(cookie?.split('=')[1]);
  expect(await server.ask('status.get', { ...status, cookie })).toMatchObject({ status: 200 });
  expect((await server.ask('access.me', { isQuery: true, cookie })).data).toEqual({
    isLoginNeeded: true,
    isFirstAdminMissing: false,
    isPlainHttpAccepted: false,
    user: { name: 'ada', role: 'admin' },
  });
});

it('behind a proxy that ends TLS the cookie is for TLS and this host alone', async () => {
  await using server = await openLoginServer({ allowedHosts: ['cache.example'] });
  const { headers, cookie } = await server.login('ada', PASSWORD, {
    headers: { origin: 'https://cache.example' },
  });
  expect(headers.getSetCookie()[0]).toMatch(
    /^__Host-cachescope-[0-9a-f]{8}=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
  );
  expect(await server.ask('status.get', { ...status, cookie })).toMatchObject({ status: 200 });
});

it('a logout ends the session at once and takes the cookie back', async () => {
  await using server = await openLoginServer();
  const { cookie } = await server.login('ada');
  const left = await server.ask('access.logout', { cookie });
  expect(left.headers.getSetCookie()[0]).toContain('Max-Age=0');
  expect(await server.ask('status.get', { ...status, cookie })).toMatchObject({ status: 401 });
  expect(await server.ask('access.logout', { cookie })).toMatchObject({ status: 401 });
});

it('a session does not outlive the server', async () => {
  const first = await openLoginServer();
  const { cookie } = await first.login('ada');
  await first[Symbol.asyncDispose]();
  const lines: string[] = [];
  const again = await openServer(
    { ...first.config, isLoginWanted: false },
    { ...testSurroundings, log: (line) => lines.push(line) },
  );
  try {
    expect(await askApi(again.url, 'status.get', { ...status, cookie })).toMatchObject({ status: 401 });
    // Without --login, too: users are there, so the door stays shut.
    expect(lines.join()).toContain('so a login is needed');
    expect(lines.join()).not.toContain('There is no admin yet');
  } finally {
    await again.close();
  }
});

it.each([
  ['another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }],
  ['a sibling site', { 'sec-fetch-site': 'same-site' }],
  ['a null origin', { origin: 'null' }],
  ['no custom header', { 'x-cachescope': '' }],
])('%s is refused, although the browser brings a valid cookie', async (_who, headers) => {
  await using server = await openLoginServer();
  const user = { name: 'eve', role: 'admin', password: PASSWORD };
  const asked = { cookie: server.adminCookie, input: user };
  expect(await server.ask('access.users.add', { ...asked, headers })).toMatchObject({ status: 403 });
  const { data } = await server.ask('access.users.list', { cookie: server.adminCookie, isQuery: true });
  expect(data).toMatchObject([{ name: 'ada' }]);
});

it('guessing is stopped with a status and a time, and a right login from elsewhere still waits its turn', async () => {
  await using server = await openLoginServer();
  const answers = [];
  for (let index = 0; index < 8; index += 1) answers.push(await server.login('ada', `wrong horse ${index}`));
  expect(answers.map((answer) => answer.status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429]);
  expect(answers[0]).toMatchObject({
    appCode: 'loginRefused',
    message: 'The name or the password is wrong.',
  });
  expect(answers[5]?.message).toMatch(/^Too many failed logins with this name\. Try again in \d+ s\.$/);
  expect(answers.every(({ cookie }) => cookie === null)).toBe(true);
  // Whoever is in stays in.
  expect(await server.ask('status.get', { ...status, cookie: server.adminCookie })).toMatchObject({
    status: 200,
  });
});

it('a live stream ends when its session does', async () => {
  await using server = await openLoginServer();
  const { cookie } = await server.login('ada');
  const abort = new AbortController();
  const address = `${server.url}/api/trpc/live.events?input=${encodeURIComponent(JSON.stringify(input))}`;
  const refused = await server.ask('live.events', status);
  expect(refused).toMatchObject({ status: 401, appCode: 'notLoggedIn' });
  expect(refused.text).not.toContain('"status"');
  const stream = await fetch(address, { headers: { cookie: cookie ?? '' }, signal: abort.signal });
  expect(stream.status).toBe(200);
  const ended = (async () => {
    let text = '';
    for await (const chunk of stream.body ?? []) text += Buffer.from(chunk).toString();
    return text;
  })();
  const endedAt = Date.now();
  await server.ask('access.logout', { cookie });
  expect(await ended).toContain('notLoggedIn');
  expect(Date.now() - endedAt).toBeLessThan(15_000);
});

it('own metrics are for who has logged in', async () => {
  await using server = await openLoginServer();
  expect((await fetch(`${server.url}/metrics`)).status).toBe(401);
  const answer = await fetch(`${server.url}/metrics`, { headers: { cookie: server.adminCookie } });
  expect(await answer.text()).toContain('cachescope_redis_up');
  expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
});

it('no secret stands in a log line, an answer or the audit log', async () => {
  await using server = await openLoginServer();
  const added = await server.ask('access.users.add', {
    cookie: server.adminCookie,
    input: { name: 'bob', role: 'viewer', password: 'staple gun wardrobe' },
  });
  const wrong = await server.login('bob', 'typed in haste 12');
  const garbled = await server.ask('access.login', {
    input: { name: 'bob', password: { typed: 'in haste 34' } },
  });
  const cookie = server.adminCookie;
  const list = await server.ask('access.users.list', { cookie, isQuery: true });
  const audit = await server.ask('audit.list', { cookie, isQuery: true, input: { ...input, limit: 100 } });
  const metrics = await (await fetch(`${server.url}/metrics`, { headers: { cookie } })).text();
  const answers = [added, wrong, garbled, list, audit].map(({ text }) => text);
  const everything = [...answers, metrics, ...server.lines]
    .join('\n')
    .replaceAll(server.token, (text, at, all) =>
      // Printed once, at the start.
      all.indexOf(text) === at ? 'printed' : text,
    );
  expect(audit.text).toContain('user bob');
  const secrets = [PASSWORD, 'staple gun', 'in haste', server.token, cookie.split('=')[1] ?? '?', 'argon2'];
  for (const secret of secrets) expect(everything).not.toContain(secret);
});

it('a server without a login stays as it was', async () => {
  const server = await openServer(testConfig(await freePort()), testSurroundings);
  try {
    const me = await askApi(server.url, 'access.me', { isQuery: true });
    expect(me.data).toMatchObject({ isLoginNeeded: false, user: { name: 'local', role: 'admin' } });
    expect(me.headers.getSetCookie()).toEqual([]);
    const add = await askApi(server.url, 'access.users.add', {
      input: { name: 'eve', role: 'admin', password: PASSWORD },
    });
    expect(add).toMatchObject({ status: 403, appCode: 'notAllowed' });
    expect(add.message).toContain('--login');
  } finally {
    await server.close();
  }
});

it('an idle session ends by the clock of the server', async () => {
  let laterMs = 0;
  const clock = { ...systemClock(), nowMs: () => Date.now() + laterMs };
  await using server = await openLoginServer({}, { clock });
  const { cookie } = await server.login('ada');
  laterMs = 30 * 60_000;
  await vi.waitFor(async () =>
    expect(await server.ask('status.get', { ...status, cookie })).toMatchObject({ status: 401 }),
  );
});
