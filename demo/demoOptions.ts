import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultDataDirectory } from './control/controlFile.ts';

const DEFAULT_PORT = 7676;

export type DemoCommand =
  /** `port` 0 = any free one. */
  | {
      readonly kind: 'run';
      readonly port: number;
      readonly dataDirectory: string;
      readonly isPageWanted: boolean;
    }
  | { readonly kind: 'incidents'; readonly dataDirectory: string }
  | { readonly kind: 'start' | 'stop'; readonly incident: string; readonly dataDirectory: string }
  | { readonly kind: 'help'; readonly problem: string | null };

export const helpText = `npm run demo -- [--port N] [--data DIR]
    Runs the shop, its Redis and the page. --port 0 takes any free port; the default is ${DEFAULT_PORT}.
npm run demo -- incidents
    Lists what can go wrong in the running demo.
npm run demo -- start NAME
npm run demo -- stop NAME
    Starts or stops an incident.

    --data DIR   where the demo keeps its files; needed to run two at once, and then by each command
    --no-page    without the page`;

/** What the arguments ask for; `help` with a problem when they are wrong. */
export function parseDemoCommand(args: readonly string[]): DemoCommand {
  const parsed = parseFlags(args);
  if (typeof parsed === 'string') return { kind: 'help', problem: parsed };
  const { values, positionals } = parsed;
  if (values.help) return { kind: 'help', problem: null };
  const dataDirectory = values.data === undefined ? defaultDataDirectory() : resolve(values.data);
  const [word, incident, ...rest] = positionals;
  if (rest.length > 0) return { kind: 'help', problem: `"${rest.join(' ')}" is too much.` };
  switch (word) {
    case undefined:
      return parseRun(values.port, dataDirectory, values['no-page'] !== true);
    case 'incidents':
      return { kind: 'incidents', dataDirectory };
    case 'start':
    case 'stop':
      if (incident === undefined) return { kind: 'help', problem: `Which incident should ${word}?` };
      return { kind: word, incident, dataDirectory };
    default:
      return { kind: 'help', problem: `There is no command "${word}".` };
  }
}

function parseRun(portText: string | undefined, dataDirectory: string, isPageWanted: boolean): DemoCommand {
  const port = portText === undefined ? DEFAULT_PORT : Number(portText);
  if (portText === '' || !Number.isInteger(port) || port < 0 || port > 65_535) {
    return { kind: 'help', problem: `--port is a number from 0 to 65535, and is "${portText}".` };
  }
  return { kind: 'run', port, dataDirectory, isPageWanted };
}

function parseFlags(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        port: { type: 'string' },
        data: { type: 'string' },
        'no-page': { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
