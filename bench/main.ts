import { availableParallelism, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureAtRest } from './atRest.ts';
import { measureFullPass } from './fullPass.ts';
import { printAtRest, printFullPass } from './printReports.ts';

const HELP = `npm run bench -- [--keys 1000000] [--runs 3] [--seconds 60] [--only pass|rest] [--json]

pass  a full pass over the keys against redis-cli --memkeys and a bare SCAN, and what neighbours feel
rest  CPU and memory of the server with one target and one viewer while nothing happens`;

const { values } = parseArgs({
  options: {
    keys: { type: 'string', default: '1000000' },
    runs: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) {
  console.log(HELP);
} else {
  // Others on the machine cost both sides of a ratio, but not the same: a reader must know.
  const machine = { coreCount: availableParallelism(), loadBefore: loadavg()[0] ?? null };
  if (!values.json && (machine.loadBefore ?? 0) > machine.coreCount / 2) {
    console.log(
      `The machine is busy (load ${machine.loadBefore} on ${machine.coreCount} cores): run again when it is not.`,
    );
  }
  const fullPass =
    values.only === 'rest'
      ? null
      : await measureFullPass({ keyCount: Number(values.keys), runCount: Number(values.runs) });
  if (fullPass !== null && !values.json) printFullPass(fullPass);
  const atRest = values.only === 'pass' ? null : await measureAtRest(Number(values.seconds));
  if (atRest !== null && !values.json) printAtRest(atRest);
  if (values.json) console.log(JSON.stringify({ machine, fullPass, atRest }, null, 2));
}
