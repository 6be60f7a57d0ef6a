// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Failure } from '#client/lib/errorText.ts';
import { NoPlan } from '#client/ui/dialog/NoPlan.tsx';
import { prepareJsdom } from '#test/support/renderPage.tsx';

beforeEach(prepareJsdom);
afterEach(cleanup);

const failureOf = (code: Failure['code']): Failure => ({
  ...{ code, title: 'It went wrong', detail: 'And this is why.', isServerGone: false },
});

it('says why, and begins on the way out', async () => {
  const onClose = vi.fn();
  render(<NoPlan failure={failureOf('badInput')} note="Nothing was changed." onClose={onClose} />);
  expect(screen.getByRole('alert').textContent).toBe('And this is why.');
  expect(screen.getByText('Nothing was changed.')).toBeTruthy();
  const close = screen.getByRole('button', { name: 'Close' });
  expect(document.activeElement).toBe(close);
  await userEvent.click(close);
  expect(onClose).toHaveBeenCalledOnce();
});

it.each([
  ['redisUnreachable', true],
  [null, true],
  ['badInput', false],
  ['notAllowed', false],
] as const)('after %s offers to plan again: %s', async (code, isOffered) => {
  const onRenew = vi.fn();
  render(<NoPlan failure={failureOf(code)} onRenew={onRenew} onClose={() => {}} />);
  const again = screen.queryByRole('button', { name: 'Plan again' });
  expect(again !== null).toBe(isOffered);
  if (again !== null) await userEvent.click(again);
  expect(onRenew).toHaveBeenCalledTimes(isOffered ? 1 : 0);
});
