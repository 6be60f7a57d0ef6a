import { expect, test } from 'vitest';
import { parseRunArguments } from '#scripts/setup/runArguments.mjs';

test('what follows the first -- is the command, further -- included', () => {
  expect(
    parseRunArguments([
      '--needs',
      'php,libraries,exporters,peers,page,redis',
      '--',
      'node',
      'demo/main.ts',
      '--',
      '--port',
    ]),
  ).toEqual({
    needs: ['redis', 'page', 'peers', 'exporters', 'libraries', 'php'],
    command: ['node', 'demo/main.ts', '--', '--port'],
  });
  expect(parseRunArguments(['--', 'vite'])).toEqual({ needs: [], command: ['vite'] });
});

test.each([
  [['--needs', 'redis'], 'Usage'],
  [['--needs', 'redis,mysql', '--', 'node'], 'mysql'],
  [['--need', 'redis', '--', 'node'], '--need redis'],
])('%j is refused', (argv, word) => {
  expect(() => parseRunArguments(argv)).toThrow(word);
});
