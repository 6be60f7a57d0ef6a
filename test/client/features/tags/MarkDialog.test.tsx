// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { TagsView } from '#client/features/tags/TagsView.tsx';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { type Answers, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

function tagList(tags: readonly TagSummary[]): TagList {
  const nowMs = Date.now();
  const walk = { scannedCount: 5_000, keyCount: 5_000, isComplete: true, isWalking: false };
  return { tags, readAtMs: nowMs, walkEndedAtMs: nowMs, leftOutCount: 0, ...walk };
}

function open(answers: Answers) {
  return renderPage({
    page: TagsView,
    path: '/tags',
    answers: { 'jobs.list': () => [], 'status.get': () => ({ isReadOnly: false }), ...answers },
  });
}

describe('a tag that its library invalidates by a mark', () => {
  it('shows no number for a tag whose entries nobody lists, and how to purge it from a shell', async () => {
    const users: TagSummary = {
      ...{ layout: 'bentocache', layoutName: 'bentocache', tag: 'users', tagKey: 'bento:___bc:t:users' },
      ...{ memberCount: null, ttlMs: 60_000, indexBytes: 200 },
    };
    const { callsOf } = open({
      'tags.list': () => tagList([users]),
      'tags.readMark': () => ({
        ...{ tag: 'users', tagKey: 'bento:___bc:t:users', layoutName: 'bentocache' },
        state: { kind: 'counter', count: 3 },
        refusal: null,
        reach: 'Services are told by their bus.',
        shellCommands: ['# Marks it.', 'redis-cli SET x'],
      }),
    });
    const table = await screen.findByRole('table', { name: 'Tags' });
    expect(within(table).getByText(/keeps no list of the entries/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: /^Purge users/ })).toBeNull();
    await userEvent.click(screen.getByRole('button', { name: 'How to purge users' }));
    const dialog = await screen.findByRole('dialog', { name: 'How to purge users' });
    expect(await within(dialog).findByText(/counter stands at 3\. Services are told/)).toBeTruthy();
    expect(dialog.textContent).toContain('redis-cli SET x');
    expect(callsOf('tags.readMark').map(({ input }) => input)).toEqual([
      { targetId: 'default', layout: 'bentocache', tagKey: 'bento:___bc:t:users' },
    ]);
    expect(callsOf('jobs.planPurgeTag')).toEqual([]);
  });

  it('says why a mark cannot be purged from outside', async () => {
    const tag: TagSummary = {
      ...{ layout: 'hybridCache', layoutName: 'HybridCache', tag: 'users', tagKey: '__MSFT_HCT__users' },
      ...{ memberCount: null, ttlMs: null, indexBytes: null },
    };
    open({
      'tags.list': () => tagList([tag]),
      'tags.readMark': () => ({
        ...{ tag: 'users', tagKey: '__MSFT_HCT__users', layoutName: 'HybridCache' },
        ...{ state: { kind: 'opaque' }, refusal: 'Processes never read it again.', reach: '' },
        shellCommands: [],
      }),
    });
    await userEvent.click(await screen.findByRole('button', { name: 'How to purge users' }));
    expect(await screen.findByText(/Processes never read it again/)).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Copy the commands' })).toBeNull();
  });
});
