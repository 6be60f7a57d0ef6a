// @vitest-environment jsdom
import { cleanup, screen, waitFor, within } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { PatternsView } from '#client/features/patterns/PatternsView.tsx';
import { type Answers, renderPage } from '#test/support/renderPage.tsx';
import { patternList, tableRow } from './patternList.ts';

afterEach(cleanup);

const rows = [
  tableRow('price:{id}', { hits: 990, misses: 10, before: { hits: 990, misses: 10 } }),
  tableRow('product:{id}', { hits: 300, misses: 700, before: { hits: 940, misses: 60 } }),
  tableRow('<img src=x onerror=alert(1)>', null),
];

function open(path = '/patterns', answers: Answers = {}) {
  return renderPage({
    page: PatternsView,
    path,
    answers: { 'patterns.table': () => patternList(rows), ...answers },
  });
}

async function shownPatterns() {
  const table = await screen.findByRole('table', { name: 'Patterns' });
  return within(table)
    .getAllByRole('row')
    .slice(1)
    .map((row) => row.querySelector('code')?.textContent);
}

it('puts what costs the source most first, and what is not known last', async () => {
  open();
  expect(await shownPatterns()).toEqual(['product:{id}', 'price:{id}', '<img src=x onerror=alert(1)>']);
  expect(screen.getByText('worse than before')).toBeTruthy();
  expect(document.querySelector('img[src="x"]')).toBeNull();
});

it('keeps the order that was chosen in the address', async () => {
  const { router } = open();
  await userEvent.click(await screen.findByRole('button', { name: /^Pattern/ }));
  await waitFor(() => expect(router.state.location.search).toMatchObject({ sort: 'pattern' }));
});

it('takes order and filter from the address', async () => {
  open('/patterns?sort=pattern&q=id');
  expect(await shownPatterns()).toEqual(['price:{id}', 'product:{id}']);
});

it('says why no hit rate is known, and shows the sizes all the same', async () => {
  open('/patterns', { 'patterns.table': () => patternList([tableRow('rl:{ip}', null)]) });
  expect(await screen.findByRole('heading', { name: /no service exports its look-ups/ })).toBeTruthy();
  expect(screen.getByText(/--metrics URL/)).toBeTruthy();
  expect(screen.getByText('10.0 KiB', { normalizer: (text) => text.replaceAll('\u202f', ' ') })).toBeTruthy();
});

it('says that there is nothing instead of an empty table', async () => {
  open('/patterns?q=nothing');
  expect(await screen.findByText('No pattern holds “nothing”')).toBeTruthy();
});

it('shows the columns that the address names, and keeps there what the menu chooses', async () => {
  const { router } = open('/patterns?cols=misses,saved');
  await shownPatterns();
  const headers = () => screen.getAllByRole('columnheader').map((header) => header.textContent);
  expect(headers()).toEqual(['Pattern', 'Misses/s', 'Savedms/s']);
  await userEvent.click(screen.getByRole('button', { name: 'Columns' }));
  await userEvent.click(screen.getByRole('checkbox', { name: /^Saved/ }));
  await waitFor(() => expect(headers()).toEqual(['Pattern', 'Misses/s']));
  expect(router.state.location.search).toMatchObject({ cols: 'pattern,misses' });
  await userEvent.click(screen.getByRole('button', { name: 'Usual columns' }));
  await waitFor(() => expect(headers().length).toBeGreaterThan(10));
  expect(router.state.location.search).toEqual({});
});

it('shows how many look-ups there were instead of a rate that stands on few', async () => {
  open('/patterns', {
    'patterns.table': () => patternList([tableRow('few:{id}', { hits: 40, misses: 3 })]),
  });
  expect(await screen.findByText(/Not enough data for a rate \(n = 43 of 200 look-ups\)/)).toBeTruthy();
});
