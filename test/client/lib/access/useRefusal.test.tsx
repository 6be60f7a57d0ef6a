// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import { AccessContext, type Me } from '#client/lib/access/accessContext.ts';
import { useRefusal } from '#client/lib/access/useRefusal.ts';

afterEach(cleanup);

function Shown() {
  return <p>{useRefusal('operator') ?? 'allowed'}</p>;
}

const me: Me = {
  isLoginNeeded: true,
  isFirstAdminMissing: false,
  isPlainHttpAccepted: false,
  user: { name: 'ada', role: 'viewer' },
};

it.each<[string, Me | null, string]>([
  ['a viewer', me, 'This needs the role operator; you are viewer.'],
  ['an operator', { ...me, user: { name: 'ada', role: 'operator' } }, 'allowed'],
  ['an admin', { ...me, user: { name: 'ada', role: 'admin' } }, 'allowed'],
  ['everybody on a server without a login', { ...me, isLoginNeeded: false }, 'allowed'],
  ['everybody as long as nothing is known', null, 'allowed'],
])('tells %s: %s', (_who, held, words) => {
  render(
    <AccessContext value={held}>
      <Shown />
    </AccessContext>,
  );
  expect(screen.getByText(words)).toBeTruthy();
});
