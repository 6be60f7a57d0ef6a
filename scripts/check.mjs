// Everything that can be checked without running the program, one step after the other to the end, so that one run
// shows all that is wrong.
import { runStep } from './check/runStep.mjs';

const steps = [
  {
    name: 'format and lint',
    command: ['biome', 'check', '--error-on-warnings', '--max-diagnostics=100', '.'],
  },
  { name: 'types', command: ['tsc', '--noEmit', '-p', '.'] },
  { name: 'boundaries', command: ['vitest', 'run', 'test/architecture'] },
  { name: 'dead code', command: ['knip', '--no-progress'] },
  { name: 'budgets', command: ['node', 'scripts/check/budgets.mjs'] },
];

/** @type {string[]} */
const failed = [];
for (const step of steps) {
  const { isPassed, seconds, output } = await runStep(step.command);
  console.log(`${isPassed ? 'ok  ' : 'FAIL'}  ${step.name} (${seconds.toFixed(1)} s)`);
  if (isPassed) continue;
  failed.push(step.name);
  console.log(`\n$ ${step.command.join(' ')}\n${output}\n`);
}
if (failed.length > 0) {
  console.log(`Not in order: ${failed.join(', ')}`);
  process.exitCode = 1;
}
