// node scripts/check/printTestCount.mjs report.json — the counts of Vitest's JSON report as one plain line.
import { readFileSync } from 'node:fs';
import { countTests } from './countTests.mjs';

const counts = countTests(readFileSync(process.argv[2] ?? '', 'utf8'));
if (counts === null) console.log('The tests left no report.');
else console.log(`${counts.passedCount} passed, ${counts.failedCount} failed`);
process.exitCode = counts?.failedCount === 0 && counts.passedCount > 0 ? 0 : 1;
