/**
 * The seeded tests with thousands of seeds instead of hundreds. A failing seed is printed by the test; run it alone with
 * `FIRST_SEED=n SEEDS=1 npm test -- FILE`. Arguments: how many seeds (default 10,000), and starts of paths where only some of
 * the tests are wanted.
 *
 * Orders of events wait for Redis most of their time, so ranges of seeds run beside each other, each with servers of its own.
 */
import { spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';

const seedCount = Number(process.argv[2] ?? 10_000);
const rangeCount = Math.min(seedCount, 2 * availableParallelism());
const starts = process.argv.slice(3);
const files = [
  'test/server/jobs/purge/seededFaults.test.ts',
  'test/server/jobs/purge/seededSelections.test.ts',
  'test/server/jobs/killedPurges.test.ts',
  'test/server/jobs/letters/seededLetters.test.ts',
  'test/server/jobs/warm/seededWarming.test.ts',
  'test/cache/resilience/circuitBreakerSeeds.test.ts',
  'test/cache/seeded',
  'test/cache/writeBehind/counterSeeds.test.ts',
  'test/cache/writeBehind/valueSeeds.test.ts',
  'test/cache/eventStream/streamCrashes.test.ts',
].filter((file) => starts.length === 0 || starts.some((start) => file.startsWith(start)));
if (files.length === 0) throw new Error(`No seeded test begins with ${starts.join(' or ')}.`);

/**
 * Resolves with the exit code once the range has run; its report is printed in one piece.
 * @param {number} first
 * @param {number} count
 * @returns {Promise<number>}
 */
function runRange(first, count) {
  return new Promise((resolve) => {
    const child = spawn('vitest', ['run', '--testTimeout', '7200000', ...files], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, FIRST_SEED: String(first), SEEDS: String(count) },
    });
    /** @type {Buffer[]} */
    const report = [];
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (bytes) => report.push(bytes));
    child.on('exit', (code) => {
      console.log(`Seeds ${first} to ${first + count - 1}, exit code ${code}`);
      process.stdout.write(Buffer.concat(report));
      resolve(code ?? 1);
    });
  });
}

const firsts = Array.from({ length: rangeCount }, (_, range) => Math.floor((range * seedCount) / rangeCount));
const codes = await Promise.all(
  firsts.map((first, range) => runRange(first + 1, (firsts[range + 1] ?? seedCount) - first)),
);
const failedCount = codes.filter((code) => code !== 0).length;
console.log(`${seedCount} seeds of each test in ${rangeCount} ranges, ${failedCount} of them failed`);
process.exitCode = failedCount === 0 ? 0 : 1;
