// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { TagsView } from '#client/features/tags/TagsView.tsx';
import type { MarkPlan } from '#shared/acting/plan.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

function tagList(tags: readonly TagSummary[]): TagList {
  const nowMs = Date.now();
  const walk = { scannedCount: 5_000, keyCount: 5_000, isComplete: true, isWalking: false, isLooking: false };
  return { tags, readAtMs: nowMs, walkEndedAtMs: nowMs, leftOutCount: 0, ...walk };
}

function open(answers: Answers) {
  return renderPage({
    page: TagsView,
    path: '/tags',
    answers: { 'jobs.list': () => [], 'status.get': () => ({ isReadOnly: false }), ...answers },
  });
}

const users: TagSummary = {
  ...{ layout: 'bentocache', layoutName: 'bentocache', tag: 'users', tagKey: 'bento:___bc:t:users' },
  ...{ memberCount: null, ttlMs: 60_000, indexBytes: 200, health: null, growth: null },
};

function planOfUsers(): MarkPlan {
  const createdAtMs = Date.now();
  return {
    ...{
      kind: 'mark',
      id: 'plan-1',
      token: 'token-of-the-plan-1',
      targetId: 'default',
      environment: 'prod-eu',
    },
    ...{ createdAtMs, expiresAtMs: createdAtMs + 300_000, layoutName: 'bentocache', tag: 'users' },
    title: 'Purge all that is tagged users (bentocache) in prod-eu',
    subject: 'bento:___bc:t:users',
    state: { kind: 'absent' },
    reach: 'Services are told by their bus.',
    channelCount: 2,
    shellCommands: ['# Marks it.', 'redis-cli SET x'],
    warning: 'How many entries go is not known. This cannot be undone.',
    confirmation: { kind: 'typed', text: 'prod-eu' },
    isReasonRequired: true,
    isApprovalNeeded: false,
  };
}

const markView = {
  ...{ tag: 'users', tagKey: 'bento:___bc:t:users', layoutName: 'bentocache' },
  ...{ state: { kind: 'counter', count: 3 }, refusal: null, reach: 'Services are told by their bus.' },
  shellCommands: ['# Marks it.', 'redis-cli SET x'],
};

describe('a tag that its library invalidates by a mark', () => {
  it('shows what is known and what is not, and starts once the environment and a reason are typed', async () => {
    const { callsOf } = open({
      'tags.list': () => tagList([users]),
      'jobs.planMark': planOfUsers,
      'jobs.start': () => ({
        ...{ kind: 'mark', id: 'job-1', planId: 'plan-1', targetId: 'default', title: 'Purge', actor: 'ada' },
        ...{
          reason: 'wrong prices',
          state: 'running',
          startedAtMs: Date.now(),
          endedAtMs: null,
          outcome: '',
        },
        progress: { mark: 'notWritten', channelCount: null, toldCount: 0 },
      }),
    });
    const table = await screen.findByRole('table', { name: 'Tags' });
    expect(within(table).getByText(/keeps no list of the entries/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: /^Purge users/ }));
    const dialog = await screen.findByRole('alertdialog');
    expect(callsOf('jobs.planMark').map(({ input }) => input)).toEqual([
      { targetId: 'default', layout: 'bentocache', tagKey: 'bento:___bc:t:users' },
    ]);
    expect(within(dialog).getByText('how many entries carry the tag').nextSibling?.textContent).toBe(
      'not known',
    );
    expect(within(dialog).getByText(/channels on which services listen/).nextSibling?.textContent).toBe('2');
    expect(dialog.textContent).toContain('Services are told by their bus.');
    expect(dialog.textContent).toContain('redis-cli SET x');
    expect(dialog.textContent).not.toMatch(/\b0 (?:keys|entries)/);
    const confirm = within(dialog).getByRole('button', { name: 'Purge the tag' });
    expect(confirm).toHaveProperty('disabled', true);
    await userEvent.type(within(dialog).getByLabelText('Reason'), 'wrong prices');
    expect(confirm).toHaveProperty('disabled', true);
    await userEvent.type(within(dialog).getByLabelText(/^Type/), 'prod-eu');
    await userEvent.click(confirm);
    expect(callsOf('jobs.start').map(({ input }) => input)).toEqual([
      { targetId: 'default', token: 'token-of-the-plan-1', typed: 'prod-eu', reason: 'wrong prices' },
    ]);
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
  });

  it('shows the mark and the lines for a shell where nothing may be purged from here', async () => {
    const { callsOf } = open({
      'tags.list': () => tagList([users]),
      'tags.readMark': () => markView,
      'status.get': () => ({ isReadOnly: true }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'How to purge users' }));
    const dialog = await screen.findByRole('dialog', { name: 'How to purge users' });
    expect(await within(dialog).findByText(/counter stands at 3\. Services are told/)).toBeTruthy();
    expect(dialog.textContent).toContain('started read-only');
    expect(dialog.textContent).toContain('redis-cli SET x');
    expect(screen.queryByRole('button', { name: /^Purge users/ })).toBeNull();
    expect(callsOf('jobs.planMark')).toEqual([]);
  });

  it('says why a mark cannot be purged from outside', async () => {
    const tag: TagSummary = {
      ...{ layout: 'hybridCache', layoutName: 'HybridCache', tag: 'users', tagKey: '__MSFT_HCT__users' },
      ...{ memberCount: null, ttlMs: null, indexBytes: null, health: null, growth: null },
    };
    open({
      'tags.list': () => tagList([tag]),
      'jobs.planMark': () => {
        throw new Refusal('badInput', 'Processes never read it again.');
      },
      'tags.readMark': () => ({
        ...{ tag: 'users', tagKey: '__MSFT_HCT__users', layoutName: 'HybridCache' },
        ...{ state: { kind: 'opaque' }, refusal: 'Processes never read it again.', reach: '' },
        shellCommands: [],
      }),
    });
    await userEvent.click(await screen.findByRole('button', { name: /^Purge users/ }));
    expect(await screen.findByText(/Processes never read it again/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Copy the commands' })).toBeNull();
    expect(screen.queryByRole('alertdialog')).toBeNull();
  });
});
