// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { WrongStrip } from '#client/features/overview/wrong/WrongStrip.tsx';
import type { WrongItem } from '#client/features/overview/wrong/wrongItem.ts';
import { renderPage } from '#test/support/renderPage.tsx';

afterEach(cleanup);

const item = (id: string): WrongItem => ({
  ...{ id, severity: 'warning', title: `Fault ${id}`, subject: null, detail: '', impact: null, next: null },
});

function draw(ids: string) {
  const items = ids.split('').map(item);
  renderPage({ page: () => <WrongStrip items={items} measured="" />, path: '/', answers: {} });
}

const titles = () =>
  screen.getAllByRole('heading', { level: 3 }).map(({ textContent }) => textContent?.trim());

it('shows five, names those behind them, and shows them when they are asked for', async () => {
  draw('abcdefg');
  const more = await screen.findByRole('button', { name: '2 more' });
  expect(titles()).toHaveLength(5);
  expect(screen.getByText('Fault f · Fault g')).toBeTruthy();
  await userEvent.click(more);
  expect(titles().at(-1)).toBe('Fault g');
  await userEvent.click(screen.getByRole('button', { name: 'Show fewer' }));
  expect(titles()).toHaveLength(5);
});

it('has no button for what is all there', async () => {
  draw('abcde');
  expect(await screen.findByText('Fault e')).toBeTruthy();
  expect(screen.queryByRole('button')).toBeNull();
});
