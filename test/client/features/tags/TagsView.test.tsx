// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { TagsView } from '#client/features/tags/TagsView.tsx';
import type { Job } from '#shared/acting/job.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { purgeJob, purgePlan } from '#test/client/ui/purgePlan.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const electronics: TagSummary = {
  layout: 'simple',
  layoutName: 'Cachescope',
  tag: 'category:electronics',
  tagKey: 'tag:category:electronics',
  memberCount: 48_210,
  ttlMs: null,
  indexBytes: 2_048,
  health: null,
  growth: null,
};

function tagList(more: Partial<TagList> = {}): TagList {
  return {
    tags: [electronics],
    readAtMs: Date.now(),
    walkEndedAtMs: Date.now(),
    scannedCount: 5_000,
    keyCount: 5_000,
    isComplete: true,
    isWalking: false,
    isLooking: false,
    leftOutCount: 0,
    ...more,
  };
}

/** A plan that lives from now, whatever the clock of the machine says. */
function freshPlan(more: Partial<PurgePlan> = {}): PurgePlan {
  return purgePlan({ createdAtMs: Date.now(), expiresAtMs: Date.now() + 300_000, ...more });
}

function open(answers: Answers = {}, jobs: readonly Job[] = []) {
  return renderPage({
    page: TagsView,
    path: '/tags',
    answers: {
      'tags.list': () => tagList(),
      'jobs.list': () => jobs,
      'jobs.planPurge': () => freshPlan(),
      'jobs.start': () => purgeJob(),
      'status.get': () => ({ isReadOnly: false }),
      ...answers,
    },
  });
}

async function fill(field: HTMLElement, text: string) {
  await userEvent.click(field);
  await userEvent.paste(text);
}

async function openDialog() {
  await userEvent.click(await screen.findByRole('button', { name: /^Purge category:electronics/ }));
  return screen.findByRole('alertdialog');
}

describe('the purge of a tag', () => {
  it('asks the server for the plan of that tag and starts nothing by itself', async () => {
    const { callsOf } = open();
    const dialog = await openDialog();
    expect(callsOf('jobs.planPurge').map(({ input }) => input)).toEqual([
      {
        targetId: 'default',
        selection: { by: 'tag', layout: 'simple', tagKey: 'tag:category:electronics' },
      },
    ]);
    expect(within(dialog).getByRole('heading', { name: /Purge 48,210 keys tagged/ })).toBeTruthy();
    expect(callsOf('jobs.start')).toEqual([]);
  });

  it('has the focus on Cancel at first, so that Enter leaves', async () => {
    const { callsOf } = open();
    const dialog = await openDialog();
    expect(document.activeElement).toBe(within(dialog).getByRole('button', { name: 'Cancel' }));
    await userEvent.keyboard('{Enter}');
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(callsOf('jobs.start')).toEqual([]);
  });

  it.each([
    ['', 'wrong prices'],
    ['prod-eu', 'wrong prices'],
    ['prod-eu 4821', 'wrong prices'],
    ['PROD-EU 48210', 'wrong prices'],
    ['prod-eu 48,210', 'wrong prices'],
    ['prod-eu 48210', ''],
  ])('stays shut for the answer %j with the reason %j', async (typed, reason) => {
    const { callsOf } = open();
    const dialog = await openDialog();
    if (typed !== '') await fill(within(dialog).getByLabelText(/^Type/), typed);
    if (reason !== '') await fill(within(dialog).getByLabelText('Reason'), reason);
    const purge = within(dialog).getByRole('button', { name: 'Purge 48,210 keys' });
    expect(purge.hasAttribute('disabled')).toBe(true);
    await userEvent.type(within(dialog).getByLabelText(/^Type/), '{Enter}');
    expect(callsOf('jobs.start')).toEqual([]);
  });

  it('starts exactly once with the token of the plan, however often it is clicked', async () => {
    const { callsOf } = open({ 'jobs.start': () => new Promise(() => {}) });
    const dialog = await openDialog();
    await fill(within(dialog).getByLabelText('Reason'), 'wrong prices');
    await fill(within(dialog).getByLabelText(/^Type/), 'prod-eu 48210');
    const purge = within(dialog).getByRole('button', { name: 'Purge 48,210 keys' });
    purge.click();
    purge.click();
    await userEvent.type(within(dialog).getByLabelText(/^Type/), '{Enter}');
    expect(callsOf('jobs.start').map(({ input }) => input)).toEqual([
      { targetId: 'default', token: 'token-of-the-plan-1', typed: 'prod-eu 48210', reason: 'wrong prices' },
    ]);
  });

  it('sends nothing when it is cancelled, by button or by Escape', async () => {
    const { callsOf } = open();
    const dialog = await openDialog();
    await fill(within(dialog).getByLabelText('Reason'), 'wrong prices');
    await fill(within(dialog).getByLabelText(/^Type/), 'prod-eu 48210');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    expect(callsOf('jobs.start')).toEqual([]);
    expect(callsOf('jobs.cancel')).toEqual([]);
  });

  it.each(['planExpired', 'planUsed', 'planChanged', 'planUnknown'] as const)(
    'offers a new plan and no other way on after %s',
    async (code) => {
      const { callsOf } = open({
        'jobs.planPurge': () => freshPlan({ confirmation: { kind: 'click' }, isReasonRequired: false }),
        'jobs.start': () => {
          throw new Refusal(code, 'The server says why.');
        },
      });
      const dialog = await openDialog();
      await userEvent.click(within(dialog).getByRole('button', { name: 'Purge 48,210 keys' }));
      expect(await within(dialog).findByText('The server says why.')).toBeTruthy();
      expect(within(dialog).queryByRole('button', { name: 'Purge 48,210 keys' })).toBeNull();
      await userEvent.click(within(dialog).getByRole('button', { name: 'Make a new plan' }));
      await waitFor(() => expect(callsOf('jobs.planPurge')).toHaveLength(2));
      expect(callsOf('jobs.start')).toHaveLength(1);
    },
  );

  it('does not offer the same plan again when the answer to the start was lost', async () => {
    open({
      'jobs.planPurge': () => freshPlan({ confirmation: { kind: 'click' }, isReasonRequired: false }),
      'jobs.start': () => Promise.reject(new Error('gone')),
    });
    const dialog = await openDialog();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Purge 48,210 keys' }));
    expect(await within(dialog).findByText(/not known whether the job started/)).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: 'Purge 48,210 keys' })).toBeNull();
  });

  it('says why there is no plan, and that nothing was changed', async () => {
    open({
      'jobs.planPurge': () => {
        throw new Refusal('redisUnreachable', 'Redis at 127.0.0.1:6379 does not answer.');
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: /^Purge category:electronics/ }));
    const dialog = await screen.findByRole('dialog', { name: 'Redis does not answer' });
    expect(within(dialog).getByText(/so nothing was changed/)).toBeTruthy();
    expect(within(dialog).getByRole('button', { name: 'Plan again' })).toBeTruthy();
  });

  it('is off with its reason on a read-only server', async () => {
    const { callsOf } = open({ 'status.get': () => ({ isReadOnly: true }) });
    expect(await screen.findByText(/started read-only/)).toBeTruthy();
    const purge = screen.getByRole('button', { name: /^Purge category:electronics/ });
    expect(purge.hasAttribute('disabled')).toBe(true);
    purge.click();
    expect(callsOf('jobs.planPurge')).toEqual([]);
  });
});

describe('jobs on the page of tags', () => {
  it('shows a job that another tab started, with what cancel means, and cancels it once', async () => {
    const { callsOf } = open({ 'jobs.cancel': () => purgeJob({ state: 'cancelling' }) }, [purgeJob()]);
    expect(await screen.findByText(/9,000 already removed stay removed/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Cancel the job' }));
    await waitFor(() =>
      expect(callsOf('jobs.cancel').map(({ input }) => input)).toEqual([
        { targetId: 'default', jobId: 'job-1' },
      ]),
    );
  });

  it('pauses a job that runs, and says why one waits that may be told to go on', async () => {
    const waiting = purgeJob({ id: 'job-2', state: 'paused', pauseText: 'A load takes 40 ms.' });
    const { callsOf } = open({ 'jobs.pause': () => purgeJob(), 'jobs.resume': () => waiting }, [
      purgeJob(),
      waiting,
    ]);
    expect(await screen.findByText('A load takes 40 ms.')).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Pause' }));
    await waitFor(() => expect(callsOf('jobs.pause')[0]?.input).toMatchObject({ jobId: 'job-1' }));
    await userEvent.click(screen.getByRole('button', { name: 'Go on' }));
    await waitFor(() => expect(callsOf('jobs.resume')[0]?.input).toMatchObject({ jobId: 'job-2' }));
  });

  it('draws what a purge was to ask of the source beside what was measured', async () => {
    const load: JobLoad = {
      ...{ startedAtMs: Date.now() - 10_000, untilMs: Date.now() },
      forecast: {
        ...{ currentPerSecond: 10, capacityPerSecond: 100, halfOverMs: 1, mostOverMs: 2, whyUnknown: '' },
        peakExtra: { perSecond: 20, atMostPerSecond: 20 },
        ...{ extraPerSecond: [20, 5], stepMs: 5_000 },
      },
      measured: [{ atMs: Date.now() - 10_000, perSecond: 28 }],
      stepMs: 5_000,
    };
    open({ 'jobs.load': () => load }, [purgeJob()]);
    const picture = await screen.findByRole('img', { name: /forecast 30.*measured 28/ });
    expect(picture).toBeTruthy();
  });

  it('shows what became of a job that has ended', async () => {
    open({}, [purgeJob({ state: 'completed', endedAtMs: Date.now(), outcome: 'Removed 48,000 keys.' })]);
    expect(await screen.findByText('Removed 48,000 keys.')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Cancel the job' })).toBeNull();
  });
});

describe('the list of tags', () => {
  it('comes back by itself when Redis does', async () => {
    let asked = 0;
    open({
      'tags.list': () => {
        asked += 1;
        if (asked === 1) throw new Refusal('redisUnreachable', 'Redis is down.');
        return tagList();
      },
    });
    expect(await screen.findByText('Redis is down.')).toBeTruthy();
    expect(await screen.findByText(/keys scanned/)).toBeTruthy();
  });

  it('says how far the walk is while there may be more tags, and that it goes on', async () => {
    open({
      'tags.list': () =>
        tagList({ isComplete: false, isWalking: true, scannedCount: 1_000, keyCount: 5_000 }),
    });
    expect(await screen.findByText(/goes on \(20(\.0)? ?% so far\): there may be more tags/)).toBeTruthy();
    expect(screen.getByText(/1,000 keys scanned of 5,000/)).toBeTruthy();
  });

  it('says that the walk stopped where it did', async () => {
    open({ 'tags.list': () => tagList({ isComplete: false }) });
    expect(await screen.findByText(/stopped .*there may be more tags/)).toBeTruthy();
  });

  it('says that the list is cut, and of how many, when the scan saw every key', async () => {
    open({ 'tags.list': () => tagList({ leftOutCount: 1_234 }) });
    expect(await screen.findByText(/The 1 largest of 1,235 tags/)).toBeTruthy();
    expect(screen.queryByText(/there may be more tags/)).toBeNull();
  });

  it('draws the name of a hostile tag as text', async () => {
    const tag = { ...electronics, tag: '<img src=x onerror=alert(1)>', tagKey: 'tag:<img>' };
    open({ 'tags.list': () => tagList({ tags: [tag] }) });
    await screen.findByRole('table', { name: 'Tags' });
    expect(document.body.textContent).toContain('<img src=x onerror=alert(1)>');
    expect(document.querySelector('img')).toBeNull();
  });

  it('asks the server for a search only when the typing pauses', async () => {
    const { callsOf } = open();
    await userEvent.type(await screen.findByRole('searchbox', { name: /^Search tags/ }), 'shoes');
    await waitFor(() =>
      expect(callsOf('tags.list').map(({ input }) => input)).toEqual([
        { targetId: 'default', search: '' },
        { targetId: 'default', search: 'shoes' },
      ]),
    );
  });

  it('says why it could not be read and offers to try again', async () => {
    open({
      'tags.list': () => {
        throw new Refusal('redisRefused', 'NOPERM SCAN');
      },
    });
    expect(await screen.findByText('NOPERM SCAN')).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeTruthy();
  });
});
