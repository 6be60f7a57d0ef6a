import { expect, test } from 'vitest';
import { countTests } from '#scripts/check/countTests.mjs';

function report(...files: readonly (readonly [status: string, ...results: string[]])[]): string {
  const testResults = files.map(([status, ...results]) => ({
    status,
    assertionResults: results.map((result) => ({ status: result })),
  }));
  return JSON.stringify({ testResults });
}

test.each([
  ['passed and failed tests', report(['passed', 'passed', 'passed'], ['failed', 'passed', 'failed']), [3, 1]],
  ['skipped tests are neither', report(['passed', 'passed', 'skipped', 'todo']), [1, 0]],
  ['a file that could not be loaded is a failure', report(['passed', 'passed'], ['failed']), [1, 1]],
])('%s', (_claim, text, [passedCount, failedCount]) => {
  expect(countTests(text)).toEqual({ passedCount, failedCount });
});

test('no report is no count', () => {
  expect(countTests('')).toBeNull();
});
