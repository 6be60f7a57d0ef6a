// @vitest-environment jsdom
import { cleanup, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, it } from 'vitest';
import { LookPanel } from '#client/features/patterns/detail/look/LookPanel.tsx';
import type { PatternDetail } from '#client/features/patterns/detail/preparePatternDetail.ts';
import { known, unknown } from '#shared/reading.ts';
import { type Answers, Refusal, renderPage } from '#test/support/renderPage.tsx';
import { listNowMs } from '../../patternList.ts';
import { lookOf } from './lookFixture.ts';

afterEach(cleanup);

function open(answer: Answers[string], last: PatternDetail['look'] = null) {
  const { calls } = renderPage({
    page: () => <LookPanel pattern="product:{id}" last={last} />,
    path: '/pattern',
    answers: { 'patterns.look': answer },
  });
  return { lookCount: () => calls.filter(({ path }) => path === 'patterns.look').length };
}

const button = (name: string) => screen.findByRole('button', { name });

it('reads nothing by itself, and says beforehand what a look costs', async () => {
  const { lookCount } = open(() => known(lookOf(), listNowMs, 'a look at 100 keys of the sample'));
  expect(await screen.findByText(/look-ups for it; they are subtracted/)).toBeTruthy();
  expect(lookCount()).toBe(0);
  await userEvent.click(await button('Look at values'));
  expect(await screen.findByText('JSON in entries of cachescope/cache')).toBeTruthy();
  expect(screen.getByText('Never read')).toBeTruthy();
  expect(lookCount()).toBe(1);
  expect(await button('Look again')).toBeTruthy();
});

it('shows the look of somebody else without taking one', async () => {
  const { lookCount } = open(() => null, known(lookOf(), listNowMs, 'a look'));
  expect(await screen.findByText('20 of 20')).toBeTruthy();
  expect(lookCount()).toBe(0);
});

it('keeps what is known where a part is not permitted', async () => {
  const formats = unknown('notPermitted', 'Add +getrange to its ACL.');
  open(() => null, known(lookOf({ formats }), listNowMs, 'a look'));
  expect(await screen.findByText(/Add \+getrange/)).toBeTruthy();
  expect(screen.getByText('Never read')).toBeTruthy();
});

it('says why there was nothing to look at', async () => {
  open(() => unknown('notEnoughData', 'No key of this pattern is in the last sample.'));
  await userEvent.click(await button('Look at values'));
  expect(await screen.findByText('No key of this pattern is in the last sample.')).toBeTruthy();
});

it('says that the role does not reach', async () => {
  open(() => {
    throw new Refusal('notAllowed', 'This needs the role inspector; you are viewer.');
  });
  await userEvent.click(await button('Look at values'));
  expect((await screen.findByRole('alert')).textContent).toContain('role inspector');
});
