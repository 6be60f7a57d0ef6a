#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { commandsHelp, runCli } from './cli/runCli.ts';
import { systemClock } from './clock/clock.ts';
import { resolveConfig } from './config/resolveConfig.ts';
import { openServer } from './openServer.ts';
import { openTerminal } from './openTerminal.ts';
import { readPassword } from './readPassword.ts';

const version: string = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version;

/** A shutdown that takes longer than this is ended the hard way. */
const SHUTDOWN_LIMIT_MS = 10_000;

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function printError(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Where `cachescope serve` without flags keeps its files. */
function defaultDataDirectory(): string | null {
  const resolved = resolveConfig({
    argv: ['serve'],
    env: process.env,
    readText: (path) => readFileSync(path, 'utf8'),
  });
  return 'config' in resolved ? resolved.config.dataDirectory : null;
}

/** A reader of stdout that has seen enough, as `head` has, ends a command but not a server. */
function forgiveGoneReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  if (process.argv[2] !== 'serve') process.exit(0);
}

async function main(): Promise<void> {
  process.stdout.on('error', forgiveGoneReader);
  const code = await runCli(process.argv.slice(2), {
    print,
    printError: (line) => printError(`cachescope: ${line}`),
    dataDirectory: defaultDataDirectory(),
    readPassword: (name) => readPassword(name, process.env.CACHESCOPE_PASSWORD),
    terminal: openTerminal(),
  });
  if (code !== null) {
    process.exitCode = code;
    return;
  }
  const resolved = resolveConfig({
    argv: process.argv.slice(2),
    env: process.env,
    readText: (path) => readFileSync(path, 'utf8'),
  });
  if ('help' in resolved) return print(`${resolved.help}\n${commandsHelp()}`);
  if ('problems' in resolved) {
    for (const problem of resolved.problems) printError(`cachescope: ${problem}`);
    process.exitCode = 2;
    return;
  }
  const server = await openServer(resolved.config, {
    clock: systemClock(),
    random: Math.random,
    version,
    log: (line) => printError(`cachescope: ${line}`),
    announce: print,
  });
  print(`Cachescope: ${server.url}`);

  let isEnding = false;
  const end = (): void => {
    // A second signal means now.
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), SHUTDOWN_LIMIT_MS).unref();
    server.close().then(
      () => process.exit(0),
      (error: unknown) => {
        printError(`cachescope: shutting down failed: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
}

main().catch((error: unknown) => {
  printError(`cachescope: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});
