import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { parts } from './parts.ts';

const HELP = `npm run bench -- [--only ${parts.map(({ name }) => name).join('|')}] [--json]
                 [--keys 1000000] [--runs 3] [--seconds 60]
                 [--quick] [--measure l1Hits,l2Hits,...] [--write-docs]

${parts.map(({ name, help }) => `${name.padEnd(9)}${help}`).join('\n')}

Of the library and of purges: --quick is a smoke run. Of the library: --measure takes some of the measurements, --write-docs writes docs/benchmarks.md.`;

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    quick: { type: 'boolean', default: false },
    measure: { type: 'string' },
    'write-docs': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const asked = parts.filter(({ name }) => values.only === undefined || values.only === name);

if (values.help || asked.length === 0) {
  console.log(HELP);
  if (!values.help) process.exitCode = 1;
} else {
  await runParts();
}

async function runParts(): Promise<void> {
  // Others on the machine cost both sides of a ratio, but not the same: a reader must know.
  const machine = { coreCount: availableParallelism(), loadBefore: loadavg()[0] ?? null };
  if (!values.json && (machine.loadBefore ?? 0) > machine.coreCount / 2) {
    console.log(
      `The machine is busy (load ${machine.loadBefore} on ${machine.coreCount} cores): run again when it is not.`,
    );
  }
  const reports: Record<string, unknown> = { machine };
  for (const { name, run } of asked) {
    const { report, print } = await run({
      keyCount: Number(values.keys),
      runCount: Number(values.runs),
      seconds: Number(values.seconds),
      isQuick: values.quick,
      chosen: values.measure?.split(',') ?? null,
      writesDocs: values['write-docs'],
    });
    reports[name] = report;
    if (!values.json) print();
  }
  if (values.json) console.log(JSON.stringify(reports, null, 2));
}
