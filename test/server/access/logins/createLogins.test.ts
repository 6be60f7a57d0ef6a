import { rm } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { IDLE_LIMIT_MS } from '#server/access/sessions/sessionStore.ts';
import { callerFrom, openTestLogins, PASSWORD } from '#test/support/access/openTestLogins.ts';
import { quickHasher } from '#test/support/access/quickHasher.ts';

const there = callerFrom('10.0.0.9');

it('lets the first admin in by the token, once, and then by the password', async () => {
  const { logins, firstAdminToken, actorOf, adaToken, reopen } = await openTestLogins();
  expect(actorOf(adaToken)).toMatchObject({ name: 'ada', role: 'admin' });
  const again = { token: firstAdminToken, name: 'eve', password: PASSWORD };
  await expect(logins.claimFirstAdmin(again, there)).rejects.toMatchObject({ code: 'loginRefused' });
  expect(logins.isFirstAdminMissing()).toBe(false);
  const entered = await logins.login({ name: ' Ada ', password: PASSWORD }, there);
  expect(actorOf(entered.sessionToken)).toMatchObject({ name: 'ada' });
  expect(reopen().firstAdminToken).toBeNull();
});

it('lets only one of two claims beside each other through', async () => {
  const opened = await openTestLogins();
  const { access, firstAdminToken } = await emptied(opened);
  const claim = (name: string) =>
    access.logins?.claimFirstAdmin({ token: firstAdminToken ?? '', name, password: PASSWORD }, there);
  const results = await Promise.allSettled([claim('bob'), claim('eve')]);
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(access.logins?.users.list()).toHaveLength(1);
});

/** The same server, started again after its file of users was moved away. */
async function emptied({ reopen, directory }: Awaited<ReturnType<typeof openTestLogins>>) {
  await rm(`${directory}/users.json`);
  return reopen();
}

it('refuses a wrong token, an expired one and a weak password, and makes no user', async () => {
  const opened = await openTestLogins();
  const { access, firstAdminToken } = await emptied(opened);
  const claim = (token: string, password: string) =>
    access.logins?.claimFirstAdmin({ token, name: 'bob', password }, there);
  await expect(claim('0'.repeat(40), PASSWORD)).rejects.toMatchObject({ code: 'loginRefused' });
  await expect(claim(firstAdminToken ?? '', 'short')).rejects.toMatchObject({ code: 'usersUnchanged' });
  opened.clock.advance(30 * 60_000);
  await expect(claim(firstAdminToken ?? '', PASSWORD)).rejects.toMatchObject({ code: 'loginRefused' });
  expect(access.logins?.users.list()).toEqual([]);
});

it('says and costs the same whether the name or the password is wrong', async () => {
  const { logins, hasher } = await openTestLogins();
  const refusals = [];
  for (const name of ['ada', 'nobody-of-that-name', '__proto__', 'not a name!']) {
    const before = hasher.computedCount();
    const refusal = await logins.login({ name, password: 'wrong horse battery' }, there).catch((error) => ({
      code: error.code,
      message: error.message,
      computedCount: hasher.computedCount() - before,
    }));
    refusals.push(refusal);
  }
  expect(new Set(refusals.map((refusal) => JSON.stringify(refusal)))).toEqual(
    new Set([
      JSON.stringify({
        code: 'loginRefused',
        message: 'The name or the password is wrong.',
        computedCount: 1,
      }),
    ]),
  );
});

it('looks at no password any more after five wrong ones, and says when to try again', async () => {
  const { logins, hasher, clock } = await openTestLogins();
  const guess = () => logins.login({ name: 'ada', password: 'wrong horse battery' }, there);
  await Promise.allSettled(Array.from({ length: 5 }, guess));
  const before = hasher.computedCount();
  const right = logins.login({ name: 'ada', password: PASSWORD }, there);
  await expect(right).rejects.toMatchObject({ code: 'tooManyLogins' });
  await expect(guess()).rejects.toThrow('Too many failed logins with this name. Try again in 30 s.');
  expect(hasher.computedCount()).toBe(before);
  clock.advance(30_000);
  expect(await logins.login({ name: 'ada', password: PASSWORD }, there)).toMatchObject({ name: 'ada' });
});

it('limits a name that nobody has the same way', async () => {
  const { logins } = await openTestLogins();
  const guess = () => logins.login({ name: 'nobody-of-that-name', password: 'x' }, there);
  await Promise.allSettled(Array.from({ length: 5 }, guess));
  await expect(guess()).rejects.toThrow('Too many failed logins with this name. Try again in 30 s.');
});

it('gives a new token at each login and ends the session that was brought', async () => {
  const { logins, actorOf, adaToken } = await openTestLogins();
  const brought = callerFrom('10.0.0.9', { sessionToken: adaToken });
  const entered = await logins.login({ name: 'ada', password: PASSWORD }, brought);
  expect(entered.sessionToken).not.toBe(adaToken);
  expect(actorOf(adaToken)).toBeNull();
});

it('takes no token for a session that the browser made up', async () => {
  const { logins, actorOf } = await openTestLogins();
  const fixed = 'A'.repeat(43);
  await logins.login({ name: 'ada', password: PASSWORD }, callerFrom('10.0.0.9', { sessionToken: fixed }));
  expect(actorOf(fixed)).toBeNull();
});

it('keeps the plans of two tabs and of two sessions apart', async () => {
  const { logins, actorOf, adaToken } = await openTestLogins();
  const { sessionToken } = await logins.login({ name: 'ada', password: PASSWORD }, there);
  const ids = [actorOf(adaToken, 'one'), actorOf(adaToken, 'two'), actorOf(sessionToken, 'one')];
  expect(new Set(ids.map((actor) => actor?.sessionId)).size).toBe(3);
  expect(JSON.stringify(ids)).not.toContain(adaToken);
});

it('ends this session at a logout, and all of the user at a logout everywhere', async () => {
  const { logins, actorOf, adaToken, admin } = await openTestLogins();
  const second = await logins.login({ name: 'ada', password: PASSWORD }, there);
  await logins.logout(admin, callerFrom('10.0.0.1', { sessionToken: adaToken }));
  expect(actorOf(adaToken)).toBeNull();
  expect(actorOf(second.sessionToken)).not.toBeNull();
  await logins.logoutEverywhere(admin);
  expect(actorOf(second.sessionToken)).toBeNull();
});

it('ends every session when the password is changed, and goes on in a new one', async () => {
  const { logins, actorOf, adaToken, admin } = await openTestLogins();
  const by = { actor: admin, caller: callerFrom('10.0.0.1', { sessionToken: adaToken }) };
  const second = await logins.login({ name: 'ada', password: PASSWORD }, there);
  const wrong = logins.changePassword({ current: 'not mine at all', next: 'staple gun wardrobe' }, by);
  await expect(wrong).rejects.toMatchObject({ code: 'loginRefused' });
  const entered = await logins.changePassword({ current: PASSWORD, next: 'staple gun wardrobe' }, by);
  expect([actorOf(adaToken), actorOf(second.sessionToken)]).toEqual([null, null]);
  expect(actorOf(entered.sessionToken)).toMatchObject({ name: 'ada' });
  await expect(logins.login({ name: 'ada', password: PASSWORD }, there)).rejects.toThrow('is wrong');
});

it('makes a hash anew at the login after the cost was raised', async () => {
  const opened = await openTestLogins();
  const { access } = opened.reopen({ hasher: quickHasher({ memoryKib: 16, passes: 1, lanes: 1 }) });
  expect(opened.usersText()).toContain('$m=8,');
  await access.logins?.login({ name: 'ada', password: PASSWORD }, there);
  expect(opened.usersText()).toContain('$m=16,');
  expect(await access.logins?.login({ name: 'ada', password: PASSWORD }, there)).toMatchObject({
    name: 'ada',
  });
});

it('takes no password over plain HTTP from another machine, unless told so', async () => {
  const readable = callerFrom('10.0.0.9', { way: 'readable' });
  const { logins, hasher } = await openTestLogins();
  const before = hasher.computedCount();
  const refused = logins.login({ name: 'ada', password: PASSWORD }, readable);
  await expect(refused).rejects.toThrow(/plain HTTP/);
  expect(hasher.computedCount()).toBe(before);
  const told = await openTestLogins({ isPlainHttpAccepted: true });
  expect(await told.logins.login({ name: 'ada', password: PASSWORD }, readable)).toMatchObject({
    name: 'ada',
  });
});

it('writes who came, who was refused and who was changed, and never what was typed', async () => {
  const { logins, audit, admin, usersText, firstAdminToken, lines, adaToken } = await openTestLogins();
  await logins.login({ name: 'ada', password: 'typed in haste 1' }, there).catch(() => {});
  await logins.login({ name: 'typed in haste 2', password: 'x' }, there).catch(() => {});
  await logins.users.add({ name: 'bob', role: 'viewer', password: 'staple gun wardrobe' }, admin);
  const told = audit.entries.map(({ actor, action, phase, subject, outcome }) =>
    [actor, action, phase, subject, outcome].join(' | '),
  );
  expect(told).toEqual([
    'first admin | userChange | started | user ada | added as admin by the first token',
    'first admin | userChange | ended | user ada | added as admin by the first token',
    'ada | login | started | login | logged in from 10.0.0.1',
    'ada | login | refused | login | A login from 10.0.0.9 had a wrong name or password.',
    'nobody | login | refused | login | A login from 10.0.0.9 had a wrong name or password.',
    'ada | userChange | started | user bob | added as viewer',
    'ada | userChange | ended | user bob | added as viewer',
  ]);
  const everything = JSON.stringify([audit.entries, lines, usersText(), logins.users.list()]);
  for (const secret of ['typed in haste', PASSWORD, 'staple gun', firstAdminToken, adaToken])
    expect(everything).not.toContain(secret);
  expect(JSON.stringify(logins.users.list())).not.toContain('argon2');
});

it('changes no user without an audit log, and still lets people look', async () => {
  const { logins, audit, admin, lines } = await openTestLogins();
  audit.breakDown();
  const add = logins.users.add({ name: 'bob', role: 'viewer', password: 'staple gun wardrobe' }, admin);
  await expect(add).rejects.toMatchObject({ code: 'auditUnavailable' });
  expect(logins.users.list()).toHaveLength(1);
  expect(await logins.login({ name: 'ada', password: PASSWORD }, there)).toMatchObject({ name: 'ada' });
  expect(lines.join()).toContain('ada: logged in from 10.0.0.9');
});

it('writes 30 refusals a minute and then how many there were more', async () => {
  const { logins, audit, clock } = await openTestLogins();
  const refusedCount = () => audit.entries.filter(({ phase }) => phase === 'refused').length;
  const flood = async (network: number) => {
    for (let index = 0; index < 50; index += 1)
      await logins
        .login({ name: `x${index}`, password: 'x' }, callerFrom(`10.${network}.0.${index}`))
        .catch(() => {});
  };
  clock.advance(60_000);
  await flood(1);
  expect(refusedCount()).toBe(30);
  clock.advance(60_000);
  await flood(2);
  expect(refusedCount()).toBe(60);
  expect(audit.entries.map(({ outcome }) => outcome).join()).toContain('20 more before it were not written');
});

it('ends a session by itself', async () => {
  const { actorOf, adaToken, clock } = await openTestLogins();
  clock.advance(IDLE_LIMIT_MS);
  expect(actorOf(adaToken)).toBeNull();
});
