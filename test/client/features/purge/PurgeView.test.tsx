// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { PurgeView } from '#client/features/purge/PurgeView.tsx';
import { purgePlan } from '#test/client/ui/purgePlan.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const nowMs = Date.now();
const fresh = { createdAtMs: nowMs, expiresAtMs: nowMs + 300_000 };

function open(answers: Answers = {}) {
  return renderPage({
    page: PurgeView,
    path: '/purge',
    answers: {
      'jobs.list': () => [],
      'jobs.planPurge': () => purgePlan(fresh),
      'status.get': () => ({ isReadOnly: false }),
      ...answers,
    },
  });
}

async function ask(text: string) {
  await userEvent.click(await screen.findByRole('textbox'));
  await userEvent.paste(text);
  await userEvent.click(screen.getByRole('button', { name: 'Plan the purge' }));
}

it('plans what is named, and shows the plan of the server', async () => {
  const { callsOf } = open();
  await ask('p:1\np:2');
  expect(await screen.findByRole('alertdialog')).toBeTruthy();
  expect(callsOf('jobs.planPurge').map(({ input }) => input)).toEqual([
    { targetId: 'default', selection: { by: 'keys', keys: ['p:1', 'p:2'] } },
  ]);
  expect(callsOf('jobs.start')).toEqual([]);
});

it('plans again when another way to let the keys go is chosen', async () => {
  const { callsOf } = open();
  await ask('p:1');
  const dialog = await screen.findByRole('alertdialog');
  await userEvent.selectOptions(
    within(dialog).getByRole('combobox', { name: /How the keys go/ }),
    'staged 600000',
  );
  expect(callsOf('jobs.planPurge')).toHaveLength(1);
  await userEvent.click(within(dialog).getByRole('button', { name: 'Plan it so' }));
  await waitFor(() => expect(callsOf('jobs.planPurge')).toHaveLength(2));
  expect(callsOf('jobs.planPurge')[1]?.input).toMatchObject({ method: { how: 'staged', overMs: 600_000 } });
});

it('offers gentler ways for what the source would not stand at once', async () => {
  const { callsOf } = open({
    'jobs.planPurge': () => {
      throw new Refusal('sourceOverload', 'It would ask the source for about 900 more loads a second.');
    },
  });
  await ask('p:1');
  const dialog = await screen.findByRole('dialog');
  expect(within(dialog).getByRole('alert').textContent).toContain('900 more loads');
  expect(within(dialog).getByRole('button', { name: 'Plan to mark it as stale' })).toBeTruthy();
  expect(within(dialog).getByRole('button', { name: 'Plan it in watched stages over 10 min' })).toBeTruthy();
  await userEvent.click(within(dialog).getByRole('button', { name: 'Plan it spread over 1 h' }));
  await waitFor(() => expect(callsOf('jobs.planPurge')).toHaveLength(2));
  expect(callsOf('jobs.planPurge')[1]?.input).toMatchObject({ method: { how: 'spread', overMs: 3_600_000 } });
});

it('asks nothing of a server that is read-only, and says so', async () => {
  const { callsOf } = open({ 'status.get': () => ({ isReadOnly: true }) });
  expect(await screen.findByText(/started read-only/)).toBeTruthy();
  await ask('p:1');
  expect(callsOf('jobs.planPurge')).toEqual([]);
});

it('combines tags that are found by their names', async () => {
  const found = (name: string) => ({
    ...{ layout: 'simple', layoutName: 'Cachescope', tag: name, tagKey: `tag:${name}` },
    ...{ memberCount: 3, ttlMs: null, indexBytes: null },
  });
  const { callsOf } = open({ 'tags.list': () => ({ tags: [found('red'), found('round')] }) });
  await userEvent.selectOptions(await screen.findByRole('combobox', { name: /Which keys/ }), 'tags');
  await userEvent.selectOptions(screen.getByRole('combobox', { name: /Keys with/ }), 'all');
  await userEvent.type(screen.getByRole('textbox', { name: /Search for tags/ }), 'r{Enter}');
  await userEvent.click(await screen.findByRole('button', { name: 'Add tag:red' }));
  expect(screen.getByRole('status').textContent).toBe('Needs two tags or more.');
  await userEvent.click(screen.getByRole('button', { name: 'Add tag:round' }));
  await userEvent.click(screen.getByRole('button', { name: 'Plan the purge' }));
  await waitFor(() => expect(callsOf('jobs.planPurge')).toHaveLength(1));
  expect(callsOf('jobs.planPurge')[0]?.input).toMatchObject({
    selection: { by: 'tags', match: 'all', tags: [{ tagKey: 'tag:red' }, { tagKey: 'tag:round' }] },
  });
});

it('says of a plan what could not be decided', async () => {
  const note = 'Of 2 keys of p:{id} it cannot be told, so that they are left alone.';
  open({ 'jobs.planPurge': () => purgePlan({ ...fresh, notes: [note] }) });
  await ask('p:1');
  expect((await screen.findByRole('alertdialog')).textContent).toContain(note);
});

it('says of a plan whether anything of it may run late', async () => {
  open({ 'jobs.planPurge': () => purgePlan(fresh) });
  await ask('p:1');
  const dialog = await screen.findByRole('alertdialog');
  expect(dialog.textContent).toContain('Fenced: batches that Redis does not begin within 1 s never run.');
});
