/**
 * @param {string} report text of Vitest's JSON report; empty when the run broke off
 * @returns {{ passedCount: number, failedCount: number } | null} a file that could not be loaded counts as one failure
 */
export function countTests(report) {
  if (report.trim() === '') return null;
  /** @type {{ testResults: { status: string, assertionResults: { status: string }[] }[] }} */
  const { testResults } = JSON.parse(report);
  const tests = testResults.flatMap((file) => file.assertionResults);
  const brokenFiles = testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  );
  return {
    passedCount: tests.filter((result) => result.status === 'passed').length,
    failedCount: tests.filter((result) => result.status === 'failed').length + brokenFiles.length,
  };
}
