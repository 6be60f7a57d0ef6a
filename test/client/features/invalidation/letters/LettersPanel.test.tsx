// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { LettersPanel } from '#client/features/invalidation/letters/LettersPanel.tsx';
import type { LetterAnswer } from '#shared/letters/deadLetter.ts';
import { letterStreamSchema } from '#shared/letters/letterStreamSchema.ts';
import { purgePlan } from '#test/client/ui/purgePlan.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

const stream = { queue: 'events', service: 'shop', stream: 'cachescope:events' } as const;
const letter = {
  ...{ id: '1764172800000-0', event: 'product.updated', source: 'catalog', publishedAtMs: 1, deliveries: 5 },
  ...{ buriedAtMs: 1_764_172_800_000, reason: 'Error: no such product', payloadBytes: 34 },
};
const page: LetterAnswer = {
  ...{ streams: [{ ...stream, count: 1, whyUnknown: '' }], chosen: stream, letters: [letter] },
  ...{ next: null, readAtMs: 1, valueAccess: 'allowed' },
};

const listInput = z.object({ stream: letterStreamSchema.nullable() });

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

  it.each([
    ['switchedOff', /^This server shows no values\. .*--values/],
    ['roleMissing', /inspectors only/],
  ] as const)(
    'says before the click that what a letter carries is not shown: %s',
    async (valueAccess, why) => {
      const { callsOf } = draw(
        { 'letters.list': () => ({ ...page, valueAccess }) },
        `/invalidation?letter=${letter.id}`,
      );
      const show = await screen.findByRole('button', { name: 'Show what it carries' });
      expect(show).toHaveProperty('disabled', true);
      expect(screen.getByText(why)).toBeTruthy();
      await userEvent.click(show);
      expect(callsOf('letters.read')).toEqual([]);
    },
  );

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

  it('stays with the service whose letters it showed first, also when these are gone', async () => {
    const pricing = { ...stream, service: 'pricing' };
    let isSettled = false;
    const { calls } = draw({
      'letters.list': (input) => {
        const asked = listInput.parse(input);
        const chosen = asked.stream ?? (isSettled ? pricing : stream);
        return { ...page, chosen, letters: isSettled ? [] : [letter] };
      },
    });
    await screen.findByText('product.updated');
    const listed = () => calls.filter(({ path }) => path === 'letters.list');
    await waitFor(() => expect(listed().at(-1)?.input).toMatchObject({ stream }));
    isSettled = true;
    await userEvent.click(screen.getByRole('button', { name: 'Drop all …' }));
    await waitFor(() =>
      expect(calls.find((call) => call.path === 'jobs.planLetters')?.input).toMatchObject({ stream }),
    );
  });

  it('tells none from not known, which cannot be chosen', async () => {
    const whyUnknown = 'This server was not told of it.';
    const others = ['a', 'b', 'c', 'd'].map((name) => ({ ...stream, stream: name, count: null, whyUnknown }));
    draw({ 'letters.list': () => ({ ...page, streams: [...page.streams, ...others] }) });
    const note = await screen.findByText(/^Not known/);
    expect(note.textContent).toBe(
      `Not known: shop, events of a; shop, events of b; shop, events of c and 1 more. ${whyUnknown}`,
    );
    expect(screen.getAllByRole('option').map(({ textContent }) => textContent)).toEqual(['shop, events (1)']);
  });

  const invalidations = { queue: 'invalidations', service: 'shop' } as const;
  const ofKind = (event: string): LetterAnswer => ({
    ...{ ...page, streams: [{ ...invalidations, count: 1, whyUnknown: '' }], chosen: invalidations },
    letters: [{ ...letter, event }],
  });

  it('plans the purge of what an invalidation names by its id alone, and says that the letter stays', async () => {
    const { calls } = draw(
      { 'letters.list': () => ofKind('tag'), 'jobs.planPurge': () => purgePlan() },
      `/invalidation?letter=${letter.id}`,
    );
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).queryByRole('button', { name: 'Replay …' })).toBeNull();
    expect(within(dialog).getByText(/stays here until you drop it/)).toBeTruthy();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Plan its purge …' }));
    expect(await screen.findByRole('alertdialog', { name: purgePlan().title })).toBeTruthy();
    expect(calls.find(({ path }) => path === 'jobs.planPurge')?.input).toMatchObject({
      selection: { by: 'letter', service: 'shop', id: letter.id },
    });
    expect(calls.map(({ path }) => path)).not.toContain('letters.read');
  });

  it('says why there is no plan, where what it names is gone', async () => {
    draw(
      {
        'letters.list': () => ofKind('tag'),
        'jobs.planPurge': () => {
          throw new Refusal('notFound', 'Redis lists no entry under the tag gone (any more).');
        },
      },
      `/invalidation?letter=${letter.id}`,
    );
    await userEvent.click(await screen.findByRole('button', { name: 'Plan its purge …' }));
    expect((await screen.findByRole('alert')).textContent).toContain('no entry under the tag gone');
  });

  it('offers no purge of a namespace, but says what to do', async () => {
    draw({ 'letters.list': () => ofKind('version') }, `/invalidation?letter=${letter.id}`);
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/Let the service do it again/)).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: 'Plan its purge …' })).toBeNull();
    expect(within(dialog).getByRole('button', { name: 'Drop …' })).toBeTruthy();
  });

  it('replays no change for the source, and says why and what to do', async () => {
    const changes = { queue: 'write-behind', service: 'shop', family: 'stock' } as const;
    const ofChanges: LetterAnswer = {
      ...{ ...page, streams: [{ ...changes, count: 1, whyUnknown: '' }], chosen: changes },
      letters: [{ ...letter, event: 'stock:3', source: null }],
    };
    const { calls } = draw({ 'letters.list': () => ofChanges }, `/invalidation?letter=${letter.id}`);
    const dialog = await screen.findByRole('dialog');
    expect(within(dialog).getByText(/Changes for the source are not replayed/)).toBeTruthy();
    expect(within(dialog).queryByRole('button', { name: /Replay|purge/ })).toBeNull();
    expect(within(dialog).queryByText(/Asked by|Published by/)).toBeNull();
    await userEvent.click(within(dialog).getByRole('button', { name: 'Drop …' }));
    await screen.findByText('Reading the letters');
    expect(calls.find(({ path }) => path === 'jobs.planLetters')?.input).toMatchObject({ stream: changes });
    expect(screen.getByRole('option', { name: 'shop, write-behind of stock (1)' })).toBeTruthy();
  });

  it('switches the purge off for whoever may not purge', async () => {
    draw(
      { 'letters.list': () => ofKind('key'), 'status.get': () => ({ isReadOnly: true }) },
      `/invalidation?letter=${letter.id}`,
    );
    const button = await screen.findByRole('button', { name: 'Plan its purge …' });
    await waitFor(() => expect(button).toHaveProperty('disabled', true));
  });
});
