// @vitest-environment jsdom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { ConfirmDialog } from '#client/ui/dialog/ConfirmDialog.tsx';
import { confirmLabel } from '#client/ui/dialog/confirmLabel.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import { approvalOf } from '#test/support/jobs/approvalOf.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';
import { purgePlan } from '../purgePlan.ts';

afterEach(cleanup);

function open(more: Partial<PurgePlan> = {}, answers: Answers = {}) {
  const nowMs = Date.now();
  const times = { createdAtMs: nowMs, expiresAtMs: nowMs + 900_000 };
  const plan = purgePlan({ ...times, isApprovalNeeded: true, ...more });
  const confirm = vi.fn();
  const told = { onCancel: vi.fn(), onRenew: vi.fn() };
  const page = () => (
    <ConfirmDialog
      plan={plan}
      start={{ confirm, isPending: false, isPlanSpent: false, failure: null }}
      {...told}
    >
      what it does
    </ConfirmDialog>
  );
  return { ...renderPage({ page, path: '/purge', answers }), ...told, confirm, plan };
}

const ask = () => screen.getByRole('button', { name: 'Ask for approval' });

it('asks with a reason instead of starting, closes, and goes on in the address of the approval', async () => {
  const { callsOf, onCancel, confirm, router, plan } = open(
    {},
    { 'approvals.ask': () => approvalOf({ planId: 'plan-1' }) },
  );
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toContain('Needs a second approver.');
  expect(screen.queryByRole('button', { name: confirmLabel(plan) })).toBeNull();
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Cancel' }));
  await userEvent.type(screen.getByLabelText(/^Reason/), '  ');
  expect(ask()).toHaveProperty('disabled', true);
  await userEvent.type(screen.getByLabelText(/^Reason/), 'wrong prices{Enter}');
  await waitFor(() => expect(onCancel).toHaveBeenCalledOnce());
  expect(callsOf('approvals.ask').map(({ input }) => input)).toEqual([
    { targetId: 'default', token: plan.token, reason: 'wrong prices' },
  ]);
  await waitFor(() => expect(router.state.location.search).toEqual({ approval: 'plan-1' }));
  expect(confirm).not.toHaveBeenCalled();
});

it('says why nobody could be asked, and stays', async () => {
  const { onCancel } = open(
    {},
    {
      'approvals.ask': () => {
        throw new Refusal('approvalMissing', 'Nobody could approve it: no other user has the role operator.');
      },
    },
  );
  await userEvent.type(await screen.findByLabelText(/^Reason/), 'x');
  await userEvent.click(ask());
  const alert = await screen.findByRole('alert');
  expect(alert.textContent).toContain('Nobody could approve it');
  // The rest scrolls, and may hide it.
  expect(alert.closest('footer')).not.toBeNull();
  expect(onCancel).not.toHaveBeenCalled();
});

it('offers a new plan in place of one that is too old to be asked about', async () => {
  const { onRenew } = open({ expiresAtMs: Date.now() - 1_000 });
  await userEvent.click(await screen.findByRole('button', { name: 'Make a new plan' }));
  expect(onRenew).toHaveBeenCalledOnce();
  expect(screen.queryByRole('button', { name: 'Ask for approval' })).toBeNull();
});
