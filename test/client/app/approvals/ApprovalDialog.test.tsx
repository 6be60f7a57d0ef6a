// @vitest-environment jsdom
import { cleanup, screen, waitFor } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it, vi } from 'vitest';
import { ApprovalDialog } from '#client/app/approvals/ApprovalDialog.tsx';
import { AccessContext, type Me } from '#client/lib/access/accessContext.ts';
import type { Approval, ApprovalView } from '#shared/acting/approval.ts';
import type { Role } from '#shared/roles.ts';
import { purgeJob, purgePlan } from '#test/client/ui/purgePlan.ts';
import { approvalOf } from '#test/support/jobs/approvalOf.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const decision = { by: 'bob', text: '', atMs: 0 };

function viewOf(more: Partial<Approval> = {}, token = 'the token of the plan'): ApprovalView {
  const nowMs = Date.now();
  const times = { createdAtMs: nowMs, expiresAtMs: nowMs + 900_000 };
  const plan = purgePlan({ ...times, id: 'plan-1', token, isApprovalNeeded: true });
  const approval = approvalOf({ askedAtMs: nowMs, expiresAtMs: times.expiresAtMs, ...more });
  const isOpen = approval.state === 'waiting' || approval.state === 'approved';
  return { approval, plan: isOpen ? plan : null, approvers: ['bob', 'eve'] };
}

function open(name: string, view: () => ApprovalView, more: { role?: Role; answers?: Answers } = {}) {
  const { role = 'operator', answers = {} } = more;
  const user = { name, role };
  const me: Me = { isLoginNeeded: true, isFirstAdminMissing: false, isPlainHttpAccepted: false, user };
  const onClose = vi.fn();
  const page = () => (
    <AccessContext value={me}>
      <ApprovalDialog planId="plan-1" onClose={onClose} />
    </AccessContext>
  );
  const all = { 'approvals.get': view, 'jobs.list': () => [], ...answers };
  return { ...renderPage({ page, path: '/nodes', answers: all }), onClose };
}

it('shows the whole plan to another operator, with the focus on the way out, and approves once', async () => {
  const { callsOf } = open('bob', () => viewOf({}, ''), { answers: { 'approvals.approve': () => viewOf() } });
  const dialog = await screen.findByRole('alertdialog');
  expect(document.activeElement).toBe(screen.getByRole('button', { name: 'Close' }));
  expect(dialog.textContent).toContain('asked by ada');
  expect(dialog.textContent).toContain('wrong prices');
  expect(screen.getByRole('list', { name: 'Sample of the keys' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: /^Purge/ })).toBeNull();
  await userEvent.type(screen.getByLabelText('A word to ada (may stay empty)'), ' looked at it ');
  await userEvent.click(screen.getByRole('button', { name: 'Approve' }));
  await waitFor(() => expect(callsOf('approvals.approve')).toHaveLength(1));
  expect(callsOf('approvals.approve')[0]?.input).toEqual({
    ...{ targetId: 'default', planId: 'plan-1', text: 'looked at it' },
  });
  expect(callsOf('jobs.start')).toEqual([]);
});

it('says why the server did not take an approval', async () => {
  open('bob', () => viewOf({}, ''), {
    answers: {
      'approvals.approve': () => {
        throw new Refusal('approvalOver', 'It was taken back by whoever planned it.');
      },
    },
  });
  await userEvent.click(await screen.findByRole('button', { name: 'Approve' }));
  expect((await screen.findByRole('alert')).textContent).toContain('taken back by whoever planned it');
});

it('offers only to decline what another has approved', async () => {
  open('eve', () => viewOf({ state: 'approved', decision }, ''));
  expect(await screen.findByRole('button', { name: 'Decline' })).toBeTruthy();
  expect(screen.queryByRole('button', { name: 'Approve' })).toBeNull();
  expect(screen.getByText('Approved by bob, not started yet.')).toBeTruthy();
});

it('lets a viewer look and nothing else', async () => {
  open('vic', () => viewOf({}, ''), { role: 'viewer' });
  for (const name of ['Approve', 'Decline']) {
    expect(await screen.findByRole('button', { name })).toHaveProperty('disabled', true);
  }
  expect(screen.queryByRole('textbox')).toBeNull();
});

it('offers whoever asked no approval, but who may give it, the link, and the way back', async () => {
  const { callsOf, onClose } = open('ada', viewOf, { answers: { 'approvals.withdraw': () => viewOf() } });
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toContain('bob, eve may approve it.');
  expect(dialog.textContent).toContain('cachescope approvals show plan-1');
  for (const name of ['Approve', 'Decline', /^Purge/])
    expect(screen.queryByRole('button', { name })).toBeNull();
  await userEvent.click(screen.getByRole('button', { name: 'Take it back' }));
  await waitFor(() => expect(callsOf('approvals.withdraw')).toHaveLength(1));
  await userEvent.click(screen.getByRole('button', { name: 'Close, it goes on waiting' }));
  expect(onClose).toHaveBeenCalledOnce();
});

it('says when nobody could approve it', async () => {
  open('ada', () => ({ ...viewOf(), approvers: [] }));
  expect((await screen.findByRole('alertdialog')).textContent).toContain('Nobody could approve it now');
});

it('has whoever asked confirm what is approved, with the reason that they gave, and starts exactly it', async () => {
  const { callsOf } = open('ada', () => viewOf({ state: 'approved', decision }), {
    answers: { 'jobs.start': () => purgeJob() },
  });
  const confirm = await screen.findByRole('button', { name: 'Purge 48,210 keys' });
  expect(confirm).toHaveProperty('disabled', true);
  expect(screen.getByRole('alertdialog').textContent).toContain('bob approved this plan.');
  expect(screen.getByLabelText('Reason')).toHaveProperty('value', 'wrong prices');
  await userEvent.type(screen.getByLabelText(/^Type/), 'prod-eu 48210');
  await userEvent.dblClick(confirm);
  await waitFor(() => expect(callsOf('jobs.start')).toHaveLength(1));
  expect(callsOf('jobs.start')[0]?.input).toEqual({
    ...{
      targetId: 'default',
      token: 'the token of the plan',
      typed: 'prod-eu 48210',
      reason: 'wrong prices',
    },
  });
});

it('says in another session of whoever asked that it is started elsewhere', async () => {
  open('ada', () => viewOf({ state: 'approved', decision }, ''));
  expect((await screen.findByRole('alertdialog')).textContent).toContain('another tab or session');
  expect(screen.queryByRole('button', { name: /^Purge/ })).toBeNull();
});

it.each([
  [{ state: 'declined', decision: { ...decision, text: 'not now' } }, /Declined by bob\..*bob: not now/],
  [{ state: 'withdrawn' }, /Taken back\..*Nothing was changed by it/],
  [{ state: 'expired' }, /Too old, never started\..*Make a new plan/],
  [{ state: 'waiting', expiresAtMs: Date.now() - 1_000 }, /Too old, never started/],
  [{ state: 'used', decision, note: 'The tag has grown.' }, /its start was refused\..*The tag has grown/],
] as const)('says of %j what became of it, and offers nothing but to close', async (more, text) => {
  open('bob', () => viewOf(more, ''));
  await waitFor(() => expect(screen.getByRole('dialog').textContent).toMatch(text));
  expect(screen.getAllByRole('button').map((button) => button.textContent)).toEqual(['Close']);
});

it('shows the job that came of it, to both', async () => {
  const job = purgeJob({ id: 'job-1', actor: 'ada', approver: 'bob' });
  open('bob', () => viewOf({ state: 'used', decision, jobId: 'job-1' }), {
    answers: { 'jobs.list': () => [job] },
  });
  expect((await screen.findByRole('article')).textContent).toContain('by ada, approved by bob');
});

it('says that a plan is gone which the server does not know', async () => {
  open('bob', () => {
    throw new Refusal('notFound', 'Plans are gone when the server ends: its maker has to plan it anew.');
  });
  expect((await screen.findByRole('dialog', { name: 'This plan is gone' })).textContent).toContain(
    'plan it anew',
  );
});
