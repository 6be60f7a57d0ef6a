// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { TagDetailView } from '#client/features/tags/detail/TagDetailView.tsx';
import { known, unknown } from '#shared/reading.ts';
import { exact } from '#shared/statistics.ts';
import type { TagDetail } from '#shared/tags/tagDetail.ts';
import type { TagFinding } from '#shared/tags/tagFinding.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const unsafe = { isSafe: false, why: 'It is not safe here.' } as const;

function tagDetail(more: Partial<TagDetail> = {}): TagDetail {
  return {
    ...{ layout: 'simple', layoutName: 'Cachescope', tag: 'shoes', tagKey: 'tag:shoes' },
    ...{ readAtMs: Date.now(), memberCount: 48_210, indexTtlMs: 60_000, indexBytes: 2_048 },
    ...{ sampledCount: 1_000, isWhole: false, sizes: [] },
    patterns: [
      { pattern: 'product:{id}', memberCount: exact(900), hitsPerSecond: known(12, Date.now(), 'metrics') },
    ],
    members: [
      { key: 'product:1', pattern: 'product:{id}', isThere: false, bytes: null },
      { key: 'product:2', pattern: 'product:{id}', isThere: true, bytes: 300, ttlMs: null },
    ],
    orphans: { ratio: 0.25, low: 0.22, high: 0.28 },
    bytes: { value: 3_000_000, low: 2_000_000, high: 4_000_000, isExact: false },
    hitsPerSecond: unknown('notSupported', 'No metrics tell it.'),
    findings: [],
    repair: { orphans: unsafe, reverse: unsafe, indexTtl: unsafe },
    ...{ purge: 'A purge removes the entries.', reach: 'L1 goes on.' },
    ...more,
  };
}

function open(answers: Answers, path = '/tag?layout=simple&tagKey=tag%3Ashoes') {
  return renderPage({
    page: TagDetailView,
    path,
    answers: { 'jobs.list': () => [], 'status.get': () => ({ isReadOnly: false }), ...answers },
  });
}

describe('the page of a tag', () => {
  it('shows estimates with their interval and sample, and says why a figure is not known', async () => {
    const { callsOf } = open({ 'tags.detail': () => tagDetail() });
    expect(await screen.findByText('~25.0 %')).toBeTruthy();
    expect(screen.getByText(/22\.0 % to 28\.0 %.*by a sample of 1,000 members/)).toBeTruthy();
    expect(screen.getAllByText(/No metrics tell it/).length).toBeGreaterThan(0);
    expect(screen.getByText(/Two walks over all keys are needed/, { selector: '.text-xs' })).toBeTruthy();
    const members = screen.getByRole('table', { name: 'Members' });
    expect(within(members).getByText('gone')).toBeTruthy();
    expect(within(members).getByText('none')).toBeTruthy();
    expect(callsOf('tags.detail').map(({ input }) => input)).toEqual([
      { targetId: 'default', layout: 'simple', tagKey: 'tag:shoes' },
    ]);
  });

  it('shows each finding with evidence, why it matters and the first thing to do', async () => {
    const finding: TagFinding = {
      kind: 'outlivedIndex',
      severity: 'critical',
      title: 'Entries outlive their index',
      ...{ evidence: '3 of 10 stay longer.', why: 'A purge finds nothing.', firstStep: 'Repair the tag.' },
    };
    open({ 'tags.detail': () => tagDetail({ findings: [finding] }) });
    const article = await screen.findByRole('article', { name: 'Entries outlive their index' });
    for (const text of ['3 of 10 stay longer.', 'A purge finds nothing.', /Repair the tag\./]) {
      expect(within(article).getByText(text)).toBeTruthy();
    }
    expect(within(article).getByRole('img', { name: 'Critical' })).toBeTruthy();
  });

  it('asks for the plan of its purge, and starts nothing', async () => {
    const { callsOf } = open({ 'tags.detail': () => tagDetail() });
    await userEvent.click(await screen.findByRole('button', { name: 'Purge …' }));
    expect(callsOf('jobs.planPurge').map(({ input }) => input)).toEqual([
      { targetId: 'default', selection: { by: 'tag', layout: 'simple', tagKey: 'tag:shoes' } },
    ]);
    expect(callsOf('jobs.start')).toEqual([]);
  });

  it('asks for the dry run of a repair, and says when there is nothing to repair', async () => {
    const { callsOf } = open({
      'tags.detail': () => tagDetail(),
      'jobs.planRepair': () => {
        throw new Refusal('notFound', 'There is nothing to repair. All of its members exist.');
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Repair …' }));
    const dialog = await screen.findByRole('dialog', { name: 'Nothing to repair' });
    expect(within(dialog).getByRole('alert').textContent).toContain('All of its members exist');
    expect(callsOf('jobs.planRepair').map(({ input }) => input)).toEqual([
      { targetId: 'default', layout: 'simple', tagKey: 'tag:shoes' },
    ]);
    expect(callsOf('jobs.start')).toEqual([]);
  });

  it('says when the tag is gone, and when the address names none', async () => {
    const gone = () => {
      throw new Refusal('notFound', 'There is no tag.');
    };
    open({ 'tags.detail': gone });
    expect(await screen.findByText('There is no such tag now')).toBeTruthy();
    cleanup();
    const { callsOf } = open({}, '/tag');
    expect(await screen.findByText('The address names no tag')).toBeTruthy();
    expect(callsOf('tags.detail')).toEqual([]);
  });
});
