// @vitest-environment jsdom
import { useQuery } from '@tanstack/react-query';
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { AccessGate } from '#client/app/access/AccessGate.tsx';
import type { Me } from '#client/lib/access/accessContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

const OUTSIDE: Me = {
  isLoginNeeded: true,
  isFirstAdminMissing: false,
  isPlainHttpAccepted: false,
  user: null,
};
const INSIDE: Me = { ...OUTSIDE, user: { name: 'ada', role: 'operator' } };

/** Something behind the gate that asks the server. */
function Inside() {
  const trpc = useTRPC();
  const tags = useQuery(trpc.tags.list.queryOptions({ targetId: 'default', search: '' }));
  return <p>inside {tags.isSuccess ? 'with tags' : 'without'}</p>;
}

function open(answers: Answers) {
  const page = () => (
    <AccessGate>
      <Inside />
    </AccessGate>
  );
  return renderPage({ page, path: '/tags', answers });
}

function announceLogin(content: 'needed' | 'none') {
  const meta = document.createElement('meta');
  meta.name = 'cachescope-login';
  meta.content = content;
  document.head.replaceChildren(meta);
}

beforeEach(() => {
  Object.defineProperty(window, 'isSecureContext', { configurable: true, value: true });
});
afterEach(cleanup);

it('asks nothing of a server without a login', async () => {
  announceLogin('none');
  const { callsOf } = open({ 'tags.list': () => ({}) });
  expect(await screen.findByText('inside with tags')).toBeTruthy();
  expect(callsOf('access.me')).toEqual([]);
});

it('asks nothing behind the login before somebody has logged in, and then shows the page', async () => {
  announceLogin('needed');
  const { callsOf } = open({
    'access.me': () => OUTSIDE,
    'access.login': () => INSIDE.user,
    'tags.list': () => ({}),
  });
  const name = await screen.findByLabelText('Name');
  expect(name.getAttribute('autocomplete')).toBe('username');
  expect(screen.getByLabelText('Password').getAttribute('autocomplete')).toBe('current-password');
  expect(callsOf('tags.list')).toEqual([]);
  await userEvent.type(name, 'ada');
  await userEvent.type(screen.getByLabelText('Password'), 'correct horse battery{Enter}');
  expect(await screen.findByText('inside with tags')).toBeTruthy();
  expect(callsOf('access.login')).toEqual([
    { path: 'access.login', input: { name: 'ada', password: 'correct horse battery' } },
  ]);
});

it('says why a login was refused and lets the password be typed again', async () => {
  announceLogin('needed');
  open({
    'access.me': () => OUTSIDE,
    'access.login': () => {
      throw new Refusal('tooManyLogins', 'Too many failed logins with this name. Try again in 27 s.');
    },
  });
  await userEvent.type(await screen.findByLabelText('Name'), 'ada');
  await userEvent.type(screen.getByLabelText('Password'), 'wrong horse{Enter}');
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Try again in 27 s.');
  await waitFor(() => expect(document.activeElement).toBe(screen.getByLabelText('Password')));
});

it('shows the login when a session has ended meanwhile', async () => {
  announceLogin('needed');
  let isIn = true;
  const { queryClient } = open({
    'access.me': () => (isIn ? INSIDE : OUTSIDE),
    'tags.list': () => {
      if (isIn) return {};
      throw new Refusal('notLoggedIn', 'Log in first, or again: sessions end.');
    },
  });
  expect(await screen.findByText('inside with tags')).toBeTruthy();
  isIn = false;
  void queryClient.invalidateQueries();
  expect(await screen.findByLabelText('Password')).toBeTruthy();
});

it('asks for the token of the first admin while there is none', async () => {
  announceLogin('needed');
  const { callsOf } = open({
    'access.me': () => ({ ...OUTSIDE, isFirstAdminMissing: true }),
    'access.claimFirstAdmin': () => ({ name: 'ada', role: 'admin' }),
    'tags.list': () => ({}),
  });
  await userEvent.type(await screen.findByLabelText('Token'), '01234567-89abcdef');
  await userEvent.type(screen.getByLabelText('Your name'), 'ada');
  await userEvent.type(screen.getByLabelText('A password'), 'correct horse battery{Enter}');
  expect(await screen.findByText('inside with tags')).toBeTruthy();
  expect(callsOf('access.claimFirstAdmin')).toHaveLength(1);
});

it('offers no form where a password could be read on the way', async () => {
  announceLogin('needed');
  Object.defineProperty(window, 'isSecureContext', { configurable: true, value: false });
  open({ 'access.me': () => OUTSIDE });
  expect(await screen.findByText(/plain HTTP/)).toBeTruthy();
  expect(screen.queryByLabelText('Password')).toBeNull();
});

it('says that the server does not answer instead of an empty page', async () => {
  announceLogin('needed');
  open({
    'access.me': () => {
      throw new Error('no server');
    },
  });
  expect(await screen.findByText(/does not answer/)).toBeTruthy();
});
