// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { UsersView } from '#client/features/users/UsersView.tsx';
import { AccessContext, type Me } from '#client/lib/access/accessContext.ts';
import type { Role } from '#shared/roles.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const users = [
  { name: 'ada', role: 'admin', createdAtMs: 0, passwordSetAtMs: 0 },
  { name: 'bob', role: 'viewer', createdAtMs: 0, passwordSetAtMs: 0 },
];

function open(role: Role | null, answers: Answers = {}) {
  const me: Me = {
    isLoginNeeded: role !== null,
    isFirstAdminMissing: false,
    isPlainHttpAccepted: false,
    user: role === null ? null : { name: 'ada', role },
  };
  const page = () => (
    <AccessContext value={me}>
      <UsersView />
    </AccessContext>
  );
  return renderPage({ page, path: '/users', answers: { 'access.users.list': () => users, ...answers } });
}

it('says how to have users on a server without a login, and asks for none', async () => {
  const { callsOf } = open(null);
  expect(await screen.findByText('--login')).toBeTruthy();
  expect(callsOf('access.users.list')).toEqual([]);
});

it('says to others than admins what they lack, and asks for nothing', async () => {
  const { callsOf } = open('operator');
  expect(await screen.findByText('This needs the role admin; you are operator.')).toBeTruthy();
  const add = screen.getByRole('button', { name: 'Add a user' });
  expect(add).toHaveProperty('disabled', true);
  expect(callsOf('access.users.list')).toEqual([]);
});

it('adds a user with the least role unless another is chosen', async () => {
  const { callsOf } = open('admin', { 'access.users.add': () => null });
  await screen.findByRole('table', { name: 'Users' });
  await userEvent.click(screen.getByRole('button', { name: 'Add a user' }));
  await userEvent.type(screen.getByLabelText('Name'), 'eve');
  await userEvent.type(screen.getByLabelText('First password'), 'staple gun wardrobe');
  await userEvent.click(screen.getByRole('button', { name: 'Add the user' }));
  expect(callsOf('access.users.add')[0]?.input).toEqual({
    name: 'eve',
    password: 'staple gun wardrobe',
    role: 'viewer',
  });
});

it('changes a role, and shows the refusal of the server beside it', async () => {
  const { callsOf } = open('admin', {
    'access.users.setRole': () => {
      throw new Refusal('usersUnchanged', 'This is the last admin; make another user admin first.');
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Change ada' }));
  const dialog = within(screen.getByRole('dialog'));
  await userEvent.click(dialog.getByRole('radio', { name: /^viewer/ }));
  await userEvent.click(dialog.getByRole('button', { name: 'Make ada viewer' }));
  expect((await dialog.findByRole('alert')).textContent).toContain('This is the last admin');
  expect(callsOf('access.users.setRole')[0]?.input).toEqual({ name: 'ada', role: 'viewer' });
});

it('removes a user by a second click only', async () => {
  const { callsOf } = open('admin', { 'access.users.remove': () => null });
  await userEvent.click(await screen.findByRole('button', { name: 'Change bob' }));
  await userEvent.click(screen.getByRole('button', { name: 'Remove bob…' }));
  expect(callsOf('access.users.remove')).toEqual([]);
  await userEvent.click(screen.getByRole('button', { name: 'Remove bob' }));
  expect(callsOf('access.users.remove')[0]?.input).toEqual({ name: 'bob' });
});
