import { readIncidents, runIncident } from './control/controlClient.ts';
import { type Control, readControl } from './control/controlFile.ts';
import { type DemoCommand, helpText, parseDemoCommand } from './demoOptions.ts';
import { incidents } from './incidents/incidents.ts';
import { startDemo } from './startDemo.ts';

const print = (line: string): void => console.log(line);

/** One Ctrl-C may arrive several times, from the terminal and from npm; a person's second one comes later. */
const SAME_WISH_WITHIN_MS = 2_000;

/** Aborts at the first wish to end. A later one ends the process at once; the watchdogs end its children. */
function listenForEnd(): AbortSignal {
  const ending = new AbortController();
  let firstAtMs: number | null = null;
  const end = (): void => {
    firstAtMs ??= Date.now();
    if (Date.now() - firstAtMs > SAME_WISH_WITHIN_MS) process.exit(1);
    ending.abort();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  // Nobody reads any more: the terminal or the program that started us is gone.
  process.stdout.once('error', () => ending.abort());
  process.stdout.on('error', () => {});
  return ending.signal;
}

async function run(command: Extract<DemoCommand, { kind: 'run' }>): Promise<number> {
  const signal = listenForEnd();
  const demo = await startDemo({
    signal,
    dataDirectory: command.dataDirectory,
    pagePort: command.isPageWanted ? command.port : null,
    env: process.env,
    print,
  }).catch((error: unknown) => {
    if (signal.aborted) return null;
    throw error;
  });
  if (demo === null) return 0;
  print('\nWhat can go wrong (in another terminal):');
  for (const { name, title } of incidents) print(`  npm run demo -- start ${name.padEnd(11)} ${title}`);
  print('  npm run demo -- stop NAME         ends it; "incidents" lists what runs');
  print('Ctrl-C ends the demo and removes its data.\n');
  print(
    demo.control.pageUrl === null ? `Control: ${demo.control.url}` : `Cachescope: ${demo.control.pageUrl}`,
  );
  const why = await Promise.race([untilAborted(signal), demo.unexpectedEnd]);
  if (why !== null) console.error(`The demo ends: ${why}.`);
  await demo.stop();
  return why === null ? 0 : 1;
}

function untilAborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function findDemo(dataDirectory: string): Control {
  const control = readControl(dataDirectory);
  if (control === null) throw new Error('No demo runs here. Start one with: npm run demo');
  return control;
}

async function runCommand(command: DemoCommand): Promise<number> {
  switch (command.kind) {
    case 'run':
      return run(command);
    case 'incidents':
      for (const { name, state, title } of await readIncidents(findDemo(command.dataDirectory))) {
        print(`${name.padEnd(11)} ${state.padEnd(8)} ${title}`);
      }
      return 0;
    case 'start':
    case 'stop': {
      const list = await runIncident(findDemo(command.dataDirectory), command.kind, command.incident);
      for (const { name, state } of list) print(`${name.padEnd(11)} ${state}`);
      return 0;
    }
    case 'help':
      if (command.problem !== null) console.error(`${command.problem}\n`);
      print(helpText);
      return command.problem === null ? 0 : 2;
  }
}

runCommand(parseDemoCommand(process.argv.slice(2))).then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : String(error));
    process.exit(1);
  },
);
