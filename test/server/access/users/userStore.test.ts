import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { User } from '#server/access/users/user.ts';
import { UserStore } from '#server/access/users/userStore.ts';

const HASH = `$argon2id$v=19$m=8,t=1,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

let directory: string;
let path: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-users-'));
  path = join(directory, 'users.json');
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function user(name: string, role: User['role'] = 'viewer'): User {
  return { name, role, passwordHash: HASH, createdAtMs: 1, passwordSetAtMs: 1 };
}

it('keeps its users over a restart, in a file that only its owner may read', () => {
  const store = new UserStore(path);
  store.add(user('ada', 'admin'));
  store.add(user('bob'));
  store.setRole('bob', 'operator');
  const again = new UserStore(path);
  expect(again.list()).toEqual([user('ada', 'admin'), user('bob', 'operator')]);
  expect(again.instance).toBe(store.instance);
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(directory)).toEqual(['users.json']);
});

it('writes nothing before there is a user', () => {
  expect(new UserStore(path).hasAdmin()).toBe(false);
  expect(readdirSync(directory)).toEqual([]);
});

it.each<[string, (store: UserStore) => void]>([
  ['removed', (store) => store.remove('ada')],
  ['demoted', (store) => store.setRole('ada', 'operator')],
])('the last admin cannot be %s', (_how, act) => {
  const store = new UserStore(path);
  store.add(user('ada', 'admin'));
  store.add(user('bob', 'operator'));
  const before = readFileSync(path, 'utf8');
  expect(() => act(store)).toThrow(/last admin/);
  expect(readFileSync(path, 'utf8')).toBe(before);
  store.setRole('bob', 'admin');
  act(store);
  expect(store.find('bob')?.role).toBe('admin');
});

it.each<[string, (store: UserStore) => void, RegExp]>([
  ['adds no name twice', (store) => store.add(user('ada')), /user ada already/],
  ['removes nobody unknown', (store) => store.remove('eve'), /no user eve/],
  ['gives no role to nobody', (store) => store.setRole('eve', 'admin'), /no user eve/],
])('%s', (_what, act, words) => {
  const store = new UserStore(path);
  store.add(user('ada', 'admin'));
  expect(() => act(store)).toThrow(words);
  expect(store.list()).toHaveLength(1);
});

it('changes nothing when the file cannot be written', () => {
  const store = new UserStore(join(directory, 'none', 'users.json'));
  expect(() => store.add(user('ada', 'admin'))).toThrow(/cannot be written/);
  expect(store.list()).toEqual([]);
});

it.each([
  ['cut short', '{"format": 1, "instance": "0000'],
  ['of another format', JSON.stringify({ format: 2, instance: '00000000', users: [] })],
  ['with a user twice', file([user('ada', 'admin'), user('ada')])],
  ['with an unknown role', file([{ ...user('ada'), role: 'root' }])],
  ['with a password for a hash', file([{ ...user('ada'), passwordHash: 'hunter2hunter2' }])],
  ['with an unknown field', file([{ ...user('ada'), isRoot: true }])],
])('refuses a file that is %s, without quoting it', (_what, text) => {
  writeFileSync(path, text);
  const open = () => new UserStore(path);
  expect(open).toThrow(path);
  expect(open).not.toThrow(/hunter2/);
});

function file(users: readonly object[]): string {
  return JSON.stringify({ format: 1, instance: '00000000', users });
}
