/**
 * The seeded tests with thousands of seeds instead of hundreds. A failing seed is printed by the test; run it alone with
 * `FIRST_SEED=n SEEDS=1 npm test -- FILE`. Arguments: how many seeds (default 10,000).
 */
import { spawn } from 'node:child_process';

const seeds = process.argv[2] ?? '10000';
const files = [
  'test/server/jobs/purgeTag/seededFaults.test.ts',
  'test/cache/resilience/circuitBreakerSeeds.test.ts',
  'test/cache/seeded',
  'test/cache/writeBehind/counterSeeds.test.ts',
  'test/cache/writeBehind/valueSeeds.test.ts',
  'test/cache/eventStream/streamCrashes.test.ts',
];

const child = spawn('vitest', ['run', '--testTimeout', '7200000', ...files], {
  stdio: 'inherit',
  env: { ...process.env, SEEDS: seeds },
});
child.on('exit', (code) => {
  console.log(`${seeds} seeds, exit code ${code}`);
  process.exitCode = code ?? 1;
});
