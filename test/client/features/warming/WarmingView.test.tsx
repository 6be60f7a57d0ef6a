// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { WarmingView } from '#client/features/warming/WarmingView.tsx';
import type { WarmingAnswer } from '#client/features/warming/warmingModel.ts';
import { AccessContext, type Me } from '#client/lib/access/accessContext.ts';
import { known, unknown } from '#shared/reading.ts';
import type { Role } from '#shared/roles.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import type { WarmProposal } from '#shared/services/warmProposal.ts';
import { warmJob } from '#test/support/jobs/warmJob.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';
import { runOf, serviceOf } from './services.ts';

afterEach(cleanup);

interface Change extends Partial<Omit<WarmingAnswer, 'services' | 'proposals'>> {
  readonly services?: readonly WarmingService[];
  readonly proposals?: readonly WarmProposal[];
}

function answerOf(change: Change = {}) {
  return {
    nowMs: 0,
    announcements: { state: 'working', lastOkAtMs: 0, detail: '', leftOutCount: 0 },
    connection: { state: 'connected', sinceMs: 0, detail: '', lastReadAtMs: 0 },
    services: [serviceOf()],
    source: { currentPerSecond: 100, capacityPerSecond: 500, safePerSecond: 400 },
    proposals: [],
    ...change,
  };
}

interface Opened {
  readonly change?: Change;
  readonly answers?: Answers;
  readonly role?: Role;
  readonly search?: string;
}

function open({ change, answers, role = 'operator', search = '' }: Opened = {}) {
  const me: Me = {
    ...{ isLoginNeeded: true, isFirstAdminMissing: false, isPlainHttpAccepted: false },
    user: { name: 'ada', role },
  };
  return renderPage({
    page: () => (
      <AccessContext value={me}>
        <WarmingView />
      </AccessContext>
    ),
    path: `/warming${search}`,
    answers: {
      'warming.get': () => answerOf(change),
      'warming.runs': () => ({ nowMs: 0, isComplete: true, runs: [] }),
      'jobs.list': () => [],
      'approvals.list': () => [],
      ...answers,
    },
  });
}

const chosen = '?warmer=shop%3A%20top';

describe('the page', () => {
  it('says what a service has to do where none announces a warmer, and why where nobody can know', async () => {
    open({ change: { services: [] } });
    expect(await screen.findByText('No warmer is known')).toBeTruthy();
    expect(screen.getByText(/announce: \{\}/)).toBeTruthy();
    cleanup();
    const announcements = { state: 'failing', lastOkAtMs: null, detail: 'NOPERM.', leftOutCount: 0 } as const;
    open({ change: { services: [], announcements } });
    expect((await screen.findAllByText(/cannot be read: NOPERM/)).length).toBeGreaterThan(0);
  });

  it('says that it failed, and keeps what else it knows', async () => {
    open({
      answers: {
        'warming.get': () => {
          throw new Refusal('shuttingDown', 'Later.');
        },
      },
    });
    expect(await screen.findByText('The server is shutting down')).toBeTruthy();
    expect(await screen.findByText('No warm-up was started from here')).toBeTruthy();
  });

  it('lists what cannot be warmed with why, and offers no plan of it', async () => {
    const services = [
      serviceOf({ refusal: 'noCommands', commandedCount: 0 }),
      serviceOf({ service: 'billing', prefix: null, refusal: 'notAnnounced', warmers: [] }),
    ];
    open({ change: { services } });
    const button = await screen.findByRole('button', { name: 'Plan a warm-up by top of shop' });
    expect(button).toHaveProperty('disabled', true);
    expect(button.title).toContain('option control');
    expect(
      within(screen.getByLabelText('Services without a warmer')).getByText(/announces itself/),
    ).toBeTruthy();
  });

  it('says that a warmer of an old link is gone', async () => {
    open({ search: '?warmer=shop%3A%20bottom' });
    expect(await screen.findByText('This warmer is not known (any more)')).toBeTruthy();
  });
});

describe('the builder', () => {
  it('asks the server for a plan at the rate of the link, and for none at a wrong one', async () => {
    const { callsOf } = open({ search: `${chosen}&rate=40` });
    const field = await screen.findByLabelText('Loads a second, at most');
    expect(field).toHaveProperty('value', '40');
    expect(document.activeElement).toBe(field);
    await userEvent.clear(field);
    await userEvent.type(field, '-1{Enter}');
    expect(screen.getByText(/A rate is a number above 0/)).toBeTruthy();
    expect(callsOf('jobs.planWarm')).toEqual([]);
    await userEvent.clear(field);
    await userEvent.type(field, '80{Enter}');
    expect(callsOf('jobs.planWarm').map(({ input }) => input)).toEqual([
      { targetId: 'default', prefix: 'shop:', warmer: 'top', perSecond: 80 },
    ]);
  });

  it.each(['99999999', 'abc'])('says nothing of a pace beside %s, which is no rate', async (text) => {
    open({ search: chosen });
    const field = await screen.findByLabelText('Loads a second, at most');
    await userEvent.clear(field);
    expect(screen.getByText('The plan tells the pace of the warmer.')).toBeTruthy();
    await userEvent.type(field, text);
    expect(screen.getByText(/A rate is a number above 0/)).toBeTruthy();
    expect(screen.queryByText(/The plan tells the pace/)).toBeNull();
  });

  it('leaves the pace to the warmer where the field is empty', async () => {
    const source = { currentPerSecond: null, capacityPerSecond: null, safePerSecond: null };
    const { callsOf } = open({ search: chosen, change: { source } });
    expect(await screen.findByText(/is not declared \(--source-capacity\)/)).toBeTruthy();
    await userEvent.click(screen.getByRole('button', { name: 'Plan the warm-up' }));
    expect(callsOf('jobs.planWarm').map(({ input }) => input)).toEqual([
      { targetId: 'default', prefix: 'shop:', warmer: 'top' },
    ]);
  });

  it('says how long the list of the last run takes, at most', async () => {
    const runs = [runOf({ state: 'completed', atMs: 1, doneCount: 6_000, plannedCount: 6_000 })];
    open({
      search: `${chosen}&rate=100`,
      change: { services: [serviceOf({ warmers: [{ warmer: 'top', runs }] })] },
    });
    expect(await screen.findByText(/6,000 entries of its last run take 1.min if none is fresh/)).toBeTruthy();
  });

  it.each([
    ['viewer', {}, 'This needs the role operator; you are viewer.'],
    [
      'operator',
      { connection: { state: 'unreachable', sinceMs: 0, detail: '', lastReadAtMs: 0 } },
      'Redis does not answer, so that no instance hears a command.',
    ],
  ] as const)('plans nothing for a %s where it must not: %j', async (role, change, why) => {
    open({ search: chosen, role, change });
    expect(await screen.findByText(why)).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Plan the warm-up' })).toHaveProperty('disabled', true);
  });

  it('shows why there is no plan, and the way back to the rate', async () => {
    open({
      search: chosen,
      answers: {
        'jobs.planWarm': () => {
          throw new Refusal('sourceOverload', 'At most 300 a second would do.');
        },
      },
    });
    await userEvent.click(await screen.findByRole('button', { name: 'Plan the warm-up' }));
    const dialog = await screen.findByRole('dialog', { name: 'The source would not stand it' });
    expect(within(dialog).getByText('At most 300 a second would do.')).toBeTruthy();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Change the rate' }));
    expect(screen.queryByRole('dialog')).toBeNull();
  });
});

const proposal: WarmProposal = {
  ...{ service: 'shop', prefix: 'shop:', warmers: ['top', 'all'], cause: 'restart', atMs: 0 },
  ...{ hitRatioBefore: known(0.95, 0, ''), hitRatioNow: known(0.4, 0, ''), perSecond: 40 },
};

describe('after a loss', () => {
  it('each cold service is named with links to careful plans, and why not all at once', async () => {
    open({ change: { proposals: [proposal] } });
    const region = await screen.findByRole('region', { name: 'Proposed after a loss' });
    expect(region.textContent?.replaceAll(/\s/g, ' ')).toContain(
      'hits 40.0 % now, 95.0 % in the hour before.',
    );
    expect(region.textContent).toContain('all at once would ask it for everything');
    const links = within(region).getAllByRole('link');
    expect(links.map((link) => link.textContent)).toEqual(['Plan top at 40.0/s', 'Plan all at 40.0/s']);
    expect(links[0]?.getAttribute('href')).toContain('rate=40');
  });

  it('a link opens the builder with the focus in it, and does not scroll away from it', async () => {
    open({ change: { proposals: [proposal] } });
    const link = await screen.findByRole('link', { name: 'Plan top at 40.0/s' });
    const scrollTo = vi.spyOn(window, 'scrollTo');
    await userEvent.click(link);
    const field = await screen.findByLabelText('Loads a second, at most');
    expect(document.activeElement).toBe(field);
    await waitFor(() => expect(field).toHaveProperty('value', '40'));
    expect(scrollTo).not.toHaveBeenCalled();
  });

  it('a source without room is offered nothing, and what is not known is said to be', async () => {
    const hitRatioNow = unknown('notEnoughData', 'Only 3 look-ups.');
    open({ change: { proposals: [{ ...proposal, hitRatioNow, perSecond: null }] } });
    const region = await screen.findByRole('region', { name: 'Proposed after a loss' });
    expect(region.textContent).toContain('its hit rate is not known. Only 3 look-ups.');
    expect(region.textContent).toContain('no room for a warm-up now');
    expect(within(region).queryByRole('link')).toBeNull();
  });
});

it('a warm-up that waits says why, and can be told to go on', async () => {
  const job = warmJob({ state: 'paused', pauseText: 'The source loads more than it should.' });
  const { callsOf } = open({
    answers: { 'jobs.list': () => [job], 'jobs.load': () => null, 'jobs.resume': () => job },
  });
  const card = await screen.findByRole('article');
  expect(within(card).getByText('The source loads more than it should.')).toBeTruthy();
  // It is in none of them until it goes on.
  expect(card.textContent).not.toContain('stage');
  await userEvent.click(within(card).getByRole('button', { name: 'Go on' }));
  expect(callsOf('jobs.resume').map(({ input }) => input)).toEqual([
    { targetId: 'default', jobId: 'warm-1' },
  ]);
});
