// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Failure } from '#client/lib/errorText.ts';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { PlanFacts } from '#client/ui/purge/PlanFacts.tsx';
import type { PurgePlan } from '#shared/acting/plan.ts';
import { prepareJsdom } from '#test/support/renderPage.tsx';
import { purgePlan } from '../purgePlan.ts';

beforeEach(prepareJsdom);
afterEach(cleanup);

/** A plan of the clock that the dialog reads. */
function makePlan(change: Partial<PurgePlan> = {}): PurgePlan {
  const nowMs = Date.now();
  return purgePlan({ createdAtMs: nowMs, expiresAtMs: nowMs + 300_000, ...change });
}

function draw(plan: PurgePlan, failure: Failure | null = null) {
  const confirm = vi.fn();
  const props = { onCancel: vi.fn(), onRenew: vi.fn() };
  render(
    <ConfirmDialog plan={plan} start={{ confirm, isPending: false, isPlanSpent: false, failure }} {...props}>
      <PlanFacts plan={plan} />
    </ConfirmDialog>,
  );
  return { ...props, confirm, button: () => screen.getByRole('button', { name: 'Purge 48,210 keys' }) };
}

test('the focus starts on the way out', () => {
  draw(makePlan());
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }));
});

test('it says what will happen, and names first what may be caught by accident', () => {
  draw(makePlan());
  expect(screen.getByRole('alertdialog').textContent).toContain(
    'Purge 48,210 keys tagged category:electronics',
  );
  const patterns = screen.getByRole('list', { name: 'Patterns of these keys' });
  expect(patterns.firstElementChild?.textContent).toContain('home:blocks');
});

test('nothing can be confirmed before the reason is given and the text is typed exactly', async () => {
  const plan = makePlan();
  const { button, confirm } = draw(plan);
  expect(button()).toHaveProperty('disabled', true);
  await userEvent.type(screen.getByLabelText('Reason'), 'Wrong prices');
  await userEvent.type(screen.getByLabelText(/^Type/), 'prod-eu 4821');
  expect(button()).toHaveProperty('disabled', true);
  await userEvent.type(screen.getByLabelText(/^Type/), '0');
  await userEvent.click(button());
  expect(confirm).toHaveBeenCalledWith(plan, { typed: 'prod-eu 48210', reason: 'Wrong prices' });
});

test('a small plan asks for a click only, and answers once however often it is clicked', async () => {
  const plan = makePlan({ confirmation: { kind: 'click' }, isReasonRequired: false });
  const { button, confirm } = draw(plan);
  await userEvent.dblClick(button());
  expect(confirm).toHaveBeenCalledOnce();
});

test('why it did not start stands with the buttons, where no scrolling hides it', () => {
  draw(makePlan(), {
    title: 'The typed text does not match',
    detail: 'Type it again.',
    code: null,
    isServerGone: false,
  });
  expect(screen.getByRole('alert').textContent).toBe('The typed text does not match. Type it again.');
  expect(screen.getByRole('alert').closest('footer')).not.toBeNull();
});

test('a plan past its life cannot be confirmed; a new one can be asked for', async () => {
  const { onRenew } = draw(makePlan({ expiresAtMs: Date.now() - 1_000 }));
  expect(screen.queryByRole('button', { name: 'Purge 48,210 keys' })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Make a new plan' }));
  expect(onRenew).toHaveBeenCalledOnce();
});
