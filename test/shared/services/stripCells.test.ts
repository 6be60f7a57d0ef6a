import { expect, test } from 'vitest';
import { foldStrip, stripRuns } from '#shared/services/stripCells.ts';

const grid = { fromMs: 1_000, stepMs: 10, count: 5 };

test('each step shows the worst that was read in it, and nothing where nobody read', () => {
  const cells = foldStrip(
    [
      { state: 'closed', fromMs: 900, toMs: 1_013 },
      { state: 'open', fromMs: 1_013, toMs: 1_014 },
      { state: 'halfOpen', fromMs: 1_014, toMs: 1_022 },
      { state: 'forcedOpen', fromMs: 1_042, toMs: 9_000 },
    ],
    grid,
  );
  expect(cells).toBe('COH F');
  expect(stripRuns(cells).map(({ state }) => state)).toEqual([
    'closed',
    'open',
    'halfOpen',
    null,
    'forcedOpen',
  ]);
});

test('steps that say the same are one run', () => {
  expect(stripRuns('CCCDD')).toEqual([
    { state: 'closed', fromCell: 0, cellCount: 3 },
    { state: 'disabled', fromCell: 3, cellCount: 2 },
  ]);
  expect(stripRuns('')).toEqual([]);
});

test('what lies outside of the span is left out', () => {
  expect(foldStrip([{ state: 'open', fromMs: 0, toMs: 999 }], grid)).toBe('     ');
  expect(foldStrip([{ state: 'open', fromMs: 1_050, toMs: 1_060 }], grid)).toBe('     ');
});
