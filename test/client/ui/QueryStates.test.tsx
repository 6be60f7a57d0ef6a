// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { TRPCClientError } from '@trpc/client';
import { afterEach, expect, test, vi } from 'vitest';
import { type QueryLike, QueryStates, UnknownState } from '#client/ui/QueryStates.tsx';
import { ReadingValue } from '#client/ui/values/ReadingValue.tsx';
import { known, unknown } from '#shared/reading.ts';

afterEach(cleanup);

const idle: QueryLike<string> = {
  data: undefined,
  error: null,
  isPlaceholderData: false,
  isFetching: false,
  refetch: () => {},
};

function draw(query: Partial<QueryLike<string>>, more: { readAtMs?: number; empty?: string } = {}) {
  render(
    <QueryStates
      query={{ ...idle, ...query }}
      label="patterns"
      heightPx={100}
      staleAfterMs={10_000}
      readAtMs={() => more.readAtMs ?? null}
      empty={() => more.empty ?? null}
    >
      {(data) => <p>{data}</p>}
    </QueryStates>,
  );
}

const gone = new TRPCClientError('fetch failed');

test('while nothing came, it says what is loading', () => {
  draw({});
  expect(screen.getByText('Loading patterns')).toBeDefined();
});

test('without data a failure says why and can be tried again', async () => {
  const refetch = vi.fn();
  draw({ error: gone, refetch });
  expect(screen.getByRole('alert').textContent).toContain('does not answer');
  await userEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(refetch).toHaveBeenCalledOnce();
});

test('a failure keeps the last data on the page and says how old it is', () => {
  draw({ data: 'kept', error: gone }, { readAtMs: Date.now() - 45_000 });
  expect(screen.getByText('kept')).toBeDefined();
  expect(screen.getByText(/Read .*4[45]\s*s ago/)).toBeDefined();
});

test('old data is called old although the request succeeded', () => {
  draw({ data: 'kept' }, { readAtMs: Date.now() - 11_000 });
  expect(screen.getByRole('status').textContent).toContain('old');
});

test('fresh data stands without a note', () => {
  draw({ data: 'kept' }, { readAtMs: Date.now() - 1_000 });
  expect(screen.queryByRole('status')).toBeNull();
});

test('an empty answer shows what the page says of it', () => {
  draw({ data: '' }, { empty: 'No tags were found' });
  expect(screen.getByText('No tags were found')).toBeDefined();
});

test('what is not permitted says so with the words that would help', () => {
  const denied = unknown('notPermitted', 'Grant it: ACL SETUSER cachescope +memory|usage');
  render(<UnknownState reading={denied} />);
  expect(screen.getByText('Redis does not permit it')).toBeDefined();
  expect(screen.getByText(/ACL SETUSER/)).toBeDefined();
});

test('an unknown value is a dash with its reason, never a zero', () => {
  const format = (value: number) => `${value} keys`;
  const { container, rerender } = render(
    <ReadingValue reading={unknown('failed', 'INFO timed out.')} format={format} />,
  );
  expect(container.textContent).toBe('–not known. Reading failed: INFO timed out.');
  rerender(<ReadingValue reading={known(0, 0, 'INFO')} format={format} />);
  expect(container.textContent).toBe('0 keys');
});
