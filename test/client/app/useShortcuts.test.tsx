// @vitest-environment jsdom
import { cleanup, render, screen } from '@testing-library/react';
import { userEvent } from '@testing-library/user-event';
import { afterEach, expect, test, vi } from 'vitest';
import { useShortcuts } from '#client/app/useShortcuts.ts';

afterEach(cleanup);

const go = vi.fn();
const pause = vi.fn();

function Page() {
  useShortcuts([
    { keys: 'g p', text: 'Go to Patterns', run: go },
    { keys: ' ', text: 'Pause', run: pause },
  ]);
  return (
    <>
      <input aria-label="filter" />
      <button type="button">Button</button>
    </>
  );
}

function draw() {
  go.mockClear();
  pause.mockClear();
  render(<Page />);
}

test('two keys after each other go to a page', async () => {
  draw();
  await userEvent.keyboard('gp');
  expect(go).toHaveBeenCalledOnce();
});

test('another key between them breaks the pair', async () => {
  draw();
  await userEvent.keyboard('gxp');
  expect(go).not.toHaveBeenCalled();
});

test('keys typed into a field are text', async () => {
  draw();
  await userEvent.type(screen.getByLabelText('filter'), 'gp ');
  expect(go).not.toHaveBeenCalled();
  expect(pause).not.toHaveBeenCalled();
});

test('space on a button presses the button only', async () => {
  draw();
  screen.getByRole('button').focus();
  await userEvent.keyboard(' ');
  expect(pause).not.toHaveBeenCalled();
});

test('keys held with a modifier belong to the browser', async () => {
  draw();
  await userEvent.keyboard('{Control>}g{/Control}p');
  expect(go).not.toHaveBeenCalled();
});
