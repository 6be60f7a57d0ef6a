// @vitest-environment jsdom
import { cleanup, screen, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { LettersPanel } from '#client/features/invalidation/letters/LettersPanel.tsx';
import type { LetterPage } from '#shared/letters/deadLetter.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

const stream = { queue: 'events', service: 'shop' } as const;
const letter = {
  ...{ id: '1764172800000-0', event: 'product.updated', source: 'catalog', publishedAtMs: 1, deliveries: 5 },
  ...{ buriedAtMs: 1_764_172_800_000, reason: 'Error: no such product', payloadBytes: 34 },
};
const page: LetterPage = {
  ...{ streams: [{ ...stream, count: 1, whyUnknown: '' }], chosen: stream, letters: [letter] },
  ...{ next: null, readAtMs: 1 },
};

afterEach(cleanup);

function draw(answers: Answers, path = '/invalidation') {
  return renderPage({
    page: () => <LettersPanel />,
    path,
    answers: { 'letters.list': () => page, 'jobs.list': () => [], 'status.get': () => ({}), ...answers },
  });
}

describe('the panel of dead letters', () => {
  it('asks for what a letter carries only when somebody presses the button', async () => {
    const payload = { id: letter.id, text: '{"id": 7}', redactedCount: 1, isCut: false, note: '' };
    const { calls } = draw({ 'letters.read': () => payload }, `/invalidation?letter=${letter.id}`);
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText('Error: no such product')).toBeTruthy();
    expect(calls.map((call) => call.path)).not.toContain('letters.read');
    await userEvent.click(within(dialog).getByRole('button', { name: 'Show what it carries' }));
    expect(await within(dialog).findByText('{"id": 7}')).toBeTruthy();
  });

  it('plans a replay of the letter that is open', async () => {
    const { calls } = draw({}, `/invalidation?letter=${letter.id}`);
    await userEvent.click(await screen.findByRole('button', { name: 'Replay …' }));
    await screen.findByText('Reading the letters');
    const asked = calls.find((call) => call.path === 'jobs.planLetters');
    expect(asked?.input).toMatchObject({ act: 'replay', stream, ids: [letter.id] });
  });

  it('says that a service has none, and why they cannot be read', async () => {
    draw({ 'letters.list': () => ({ ...page, letters: [] }) });
    expect(await screen.findByText('shop has no dead letters (events)')).toBeTruthy();
    cleanup();
    draw({
      'letters.list': () => {
        throw new Refusal('redisUnreachable', 'Redis is away.');
      },
    });
    expect((await screen.findByRole('alert')).textContent).toContain('Redis is away.');
  });
});
