import { expect, it } from 'vitest';
import { callerFrom, openTestLogins, PASSWORD } from '#test/support/access/openTestLogins.ts';

const there = callerFrom('10.0.0.9');
const BOB = { name: 'bob', role: 'operator', password: 'staple gun wardrobe' } as const;

async function withBob() {
  const opened = await openTestLogins();
  await opened.logins.users.add(BOB, opened.admin);
  const { sessionToken } = await opened.logins.login(BOB, there);
  return { ...opened, bobToken: sessionToken };
}

it.each<[string, (opened: Awaited<ReturnType<typeof withBob>>) => Promise<void>]>([
  ['another role', ({ logins, admin }) => logins.users.setRole({ name: 'bob', role: 'viewer' }, admin)],
  [
    'another password',
    ({ logins, admin }) => logins.users.setPassword({ name: 'bob', password: 'paper lamp river' }, admin),
  ],
  ['removal', ({ logins, admin }) => logins.users.remove('bob', admin)],
])('%s ends the sessions of the user, and no other', async (_what, act) => {
  const opened = await withBob();
  expect(opened.actorOf(opened.bobToken)).toMatchObject({ name: 'bob', role: 'operator' });
  await act(opened);
  expect(opened.actorOf(opened.bobToken)).toBeNull();
  expect(opened.actorOf(opened.adaToken)).not.toBeNull();
});

it('the last admin stays, and the log says that it was tried', async () => {
  const { logins, admin, audit } = await withBob();
  await expect(logins.users.remove('ada', admin)).rejects.toThrow(/last admin/);
  const demoted = logins.users.setRole({ name: 'ada', role: 'viewer' }, admin);
  await expect(demoted).rejects.toThrow(/last admin/);
  expect(logins.users.list().map(({ name, role }) => `${name} ${role}`)).toEqual([
    'ada admin',
    'bob operator',
  ]);
  expect(audit.entries.at(-1)).toMatchObject({ phase: 'refused', subject: 'user ada' });
});

it.each([
  [{ ...BOB, name: 'bob' }, /user bob already/],
  [{ ...BOB, name: 'local' }, /stands for a server without a login/],
  [{ ...BOB, name: 'a b' }, /A name begins with/],
  [{ ...BOB, name: 'eve', password: 'short' }, /at least 12 characters/],
  [{ ...BOB, name: 'eve', password: 'abababababab' }, /different characters/],
  [{ ...BOB, name: 'eve', password: 'the eve of battle' }, /name of the user/],
])('adds no %o', async (user, words) => {
  const { logins, admin } = await withBob();
  await expect(logins.users.add(user, admin)).rejects.toThrow(words);
  expect(logins.users.list()).toHaveLength(2);
});

it('lets an admin set no password of their own without the old one', async () => {
  const { logins, admin } = await withBob();
  const own = logins.users.setPassword({ name: 'ada', password: 'paper lamp river' }, admin);
  await expect(own).rejects.toThrow(/Change your own password/);
  expect(await logins.login({ name: 'ada', password: PASSWORD }, there)).toMatchObject({ name: 'ada' });
});
