import { expect, test } from 'vitest';
import { findBudgetBreaches } from '#scripts/check/findBudgetBreaches.mjs';

const line = 'x\n';

test('files and folders within the budgets pass', () => {
  const files = Array.from({ length: 15 }, (_, index) => ({
    path: `shared/a${index}.ts`,
    text: line.repeat(300),
  }));
  expect(findBudgetBreaches([...files, { path: 'client/index.html', text: null }])).toEqual([]);
});

test('a file of 301 lines is told', () => {
  expect(findBudgetBreaches([{ path: 'shared/a.ts', text: line.repeat(301) }])).toEqual([
    'shared/a.ts: 301 lines, at most 300',
  ]);
});

test('a folder of 16 files is told', () => {
  const files = Array.from({ length: 16 }, (_, index) => ({ path: `shared/a${index}.ts`, text: line }));
  expect(findBudgetBreaches(files)).toEqual(['shared/: 16 files, at most 15']);
});

test.each(['server/utils.ts', 'server/helpers/a.ts', 'client/index.ts', 'shared/types.ts'])(
  'the name of %s says nothing about its subject',
  (path) => {
    expect(findBudgetBreaches([{ path, text: line }])).toHaveLength(1);
  },
);

// Put together here, so that this file holds none itself.
test.each(
  ['ts-ignore', 'ts-expect-error', 'ts-nocheck']
    .map((word) => `// @${word}`)
    .concat(['biome', 'eslint'].map((tool) => `/* ${tool}-${tool === 'biome' ? 'ignore' : 'disable'} x */`)),
)('the suppression %s is told', (comment) => {
  expect(findBudgetBreaches([{ path: 'shared/a.ts', text: `${comment}\n` }])).toHaveLength(1);
});
