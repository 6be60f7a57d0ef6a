// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { afterEach, describe, expect, it } from 'vitest';
import { InvalidationView } from '#client/features/invalidation/InvalidationView.tsx';
import { readInstance } from '#test/server/api/invalidation/readInstances.ts';
import { tallyWith } from '#test/server/services/invalidation/tallies.ts';
import { Refusal, renderPage } from '#test/support/renderPage.tsx';
import { answerOf } from './answers.ts';

afterEach(cleanup);

function draw(answer: () => unknown, path = '/invalidation') {
  return renderPage({ page: () => <InvalidationView />, path, answers: { 'invalidation.get': answer } });
}

describe('the page of invalidations', () => {
  it('says what to do where no service tells of any', async () => {
    draw(() => answerOf([]));
    expect(await screen.findByText('No service tells of its invalidations')).toBeTruthy();
    expect(screen.getByRole('link', { name: 'sources' })).toBeTruthy();
  });

  it('says why it cannot be shown', async () => {
    draw(() => {
      throw new Refusal('redisUnreachable', 'No answer.');
    });
    expect((await screen.findByRole('alert')).textContent).toContain('No answer.');
  });

  it('says that Redis is away while pages of services still tell', async () => {
    const connection = { state: 'unreachable', sinceMs: 1, detail: 'gone', lastReadAtMs: 1 } as const;
    draw(() => answerOf([readInstance('a')], { connection }));
    expect(await screen.findByText('Cachescope cannot reach Redis.')).toBeTruthy();
  });

  it('shows what is lost, by whom, and why', async () => {
    const finding = {
      ...({ id: 'x', rule: 'R18', severity: 'critical', sinceMs: null } as const),
      ...{ text: 'b received nothing.', meaning: 'Restart it.' },
    };
    const talking = readInstance('a', tallyWith({ sent: 30, received: 2, missed: 7 }));
    draw(() => answerOf([talking, readInstance('b')], { findings: [finding] }));
    expect(await screen.findByText('b received nothing.')).toBeTruthy();
    const table = screen.getByRole('table', { name: 'Instances' });
    expect(within(table).getByText('hears nothing')).toBeTruthy();
    expect(screen.getByRole('region', { name: 'Invalidation' }).textContent).toContain('7 messages missed');
  });

  it('asks for the service in the address alone', async () => {
    const view = draw(() => answerOf([readInstance('a')]), '/invalidation?service=shop');
    await screen.findByRole('table', { name: 'Instances' });
    expect(view.calls[0]?.input).toMatchObject({ service: 'shop' });
  });
});
