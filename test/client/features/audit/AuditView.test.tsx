// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { z } from 'zod';
import { AuditView } from '#client/features/audit/AuditView.tsx';
import { matchesAudit } from '#shared/audit/auditFilter.ts';
import { auditFilterSchema } from '#shared/audit/auditFilterSchema.ts';
import { chainedEntries, jobRecord } from '#test/support/audit/chainedEntries.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const HOSTILE = '<img src=x onerror=alert(1)>';
const entries = [
  ...chainedEntries(
    Array.from({ length: 30 }, (_, index) => ({
      ...jobRecord(index),
      ...(index === 28 ? { subject: HOSTILE } : {}),
    })),
  ),
];

const listInput = z.looseObject({
  filter: auditFilterSchema.default({}),
  order: z.string().optional(),
  after: z.number().optional(),
  limit: z.number(),
});

function list(input: unknown) {
  const { filter, order, after, limit } = listInput.parse(input);
  const ordered = order === 'oldestFirst' ? entries : entries.toReversed();
  const isAhead = (sequence: number) =>
    after === undefined || (order === 'oldestFirst' ? sequence > after : sequence < after);
  const found = ordered.filter((entry) => isAhead(entry.sequence) && matchesAudit(entry, filter));
  const page = found.slice(0, limit);
  return { entries: page, searchedTo: page.at(-1)?.sequence ?? null, isComplete: found.length <= limit };
}

const head = { sequence: 30, hash: entries[29]?.hash ?? '' };
const status = { trouble: null, head, check: { runningRatio: null, last: null } };

function open(path = '/audit', answers: Answers = {}) {
  return renderPage({
    page: () => <AuditView />,
    path,
    answers: {
      'jobs.list': () => [],
      'audit.status': () => status,
      'audit.list': list,
      ...answers,
    },
  });
}

const rowsOf = async () =>
  within(await screen.findByRole('table', { name: 'Audit log' }))
    .getAllByRole('row')
    .slice(1);

it('narrows by what the address says, and tells how much that is', async () => {
  const { callsOf } = open('/audit?actor=ada&phase=ended%3Afailed');
  await waitFor(async () => expect(await rowsOf()).toHaveLength(1));
  expect(callsOf('audit.list').at(-1)?.input).toMatchObject({
    filter: { actor: 'ada', phase: 'ended', state: 'failed' },
  });
  expect(screen.getByText('no. 3 to 3')).toBeTruthy();
});

it('puts what is chosen into the address, beginning at the newest entry again', async () => {
  const { router } = open('/audit?before=20');
  await userEvent.selectOptions(await screen.findByLabelText('Phase'), 'started');
  await waitFor(() => expect(router.state.location.search).toEqual({ phase: 'started' }));
  await waitFor(async () => expect(await rowsOf()).toHaveLength(10));
  await userEvent.click(screen.getByRole('button', { name: 'Clear' }));
  await waitFor(() => expect(router.state.location.search).toEqual({}));
});

it('says that nothing matches, which is not that nothing was done', async () => {
  open('/audit?actor=nobody');
  expect(await screen.findByText('No entry matches.')).toBeTruthy();
  expect(screen.queryByText('Nothing was done yet')).toBeNull();
});

it('says that nothing was done yet', async () => {
  open('/audit', { 'audit.list': () => ({ entries: [], searchedTo: null, isComplete: true }) });
  expect(await screen.findByText('Nothing was done yet')).toBeTruthy();
});

it('goes on with a search that came to its bound', async () => {
  const { callsOf } = open('/audit?q=x', {
    'audit.list': () => ({ entries: [], searchedTo: 700, isComplete: false }),
  });
  expect(await screen.findByText('no entries, searched back to no. 700')).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Search older' }));
  await waitFor(() => expect(callsOf('audit.list').at(-1)?.input).toMatchObject({ after: 700 }));
});

it('opens an entry by the keys, with all of it and what else belongs to its plan', async () => {
  const { router } = open();
  const [first, second] = await rowsOf();
  first?.focus();
  await userEvent.keyboard('j{Enter}');
  expect(second?.textContent).toContain(HOSTILE);
  const dialog = await screen.findByRole('dialog', { name: 'Audit entry 29' });
  expect(router.state.location.search).toEqual({ entry: 29 });
  expect(await within(dialog).findByText(HOSTILE)).toBeTruthy();
  expect(within(dialog).getByText(entries[28]?.hash ?? '')).toBeTruthy();
  expect(document.querySelector('img')).toBeNull();
  const siblings = within(await within(dialog).findByRole('region', { name: 'Entries of the same plan' }));
  await waitFor(() => expect(siblings.getAllByRole('button')).toHaveLength(3));
  await userEvent.click(siblings.getByRole('button', { name: /no\. 30/ }));
  expect(await screen.findByRole('dialog', { name: 'Audit entry 30' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Show it in the list' }));
  expect(router.state.location.search).toEqual({ before: 31 });
});

it('says of a link to an entry that is not there', async () => {
  open('/audit?entry=99');
  expect(await screen.findByText('The log has no entry 99')).toBeTruthy();
});

it('has the chain verified when a person asks, and says what was found', async () => {
  const verdict = {
    isIntact: false,
    fault: { kind: 'dropped', lineNumber: 3, problem: 'Entry 3 is missing.' },
    entryCount: 2,
    head,
    firstAtMs: 1,
    lastAtMs: 2,
    runCount: 1,
    tornByteCount: 0,
  };
  let isChecked = false;
  open('/audit', {
    'audit.check': () => {
      isChecked = true;
      return status.check;
    },
    'audit.status': () =>
      isChecked
        ? {
            ...status,
            check: { runningRatio: null, last: { endedAtMs: 5, tookMs: 9, verdict, problem: '' } },
          }
        : status,
  });
  expect(await screen.findByText(/not verified since this server started/)).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Verify now' }));
  expect((await screen.findByRole('alert')).textContent).toContain('from line 3 on. Entry 3 is missing.');
});

it('says why nothing can be written', async () => {
  open('/audit', {
    'audit.status': () => ({ ...status, trouble: 'The audit log cannot be written: it is gone.' }),
  });
  expect((await screen.findByRole('alert')).textContent).toContain('it is gone');
});

it('says why the log cannot be shown, and keeps the filters', async () => {
  open('/audit', {
    'audit.list': () => {
      throw new Refusal('notAllowed', 'This needs the role viewer.');
    },
  });
  expect((await screen.findByRole('alert')).textContent).toContain('This needs the role viewer');
  expect(screen.getByLabelText('Phase')).toBeTruthy();
});
