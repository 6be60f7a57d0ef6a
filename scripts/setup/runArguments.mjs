import { SetupFailure } from './announce.mjs';

/** @typedef {(typeof KNOWN_NEEDS)[number]} Need */

const KNOWN_NEEDS = /** @type {const} */ ([
  'redis',
  'chromium',
  'page',
  'peers',
  'exporters',
  'libraries',
  'php',
]);

/**
 * Everything after the first `--` belongs to the command, further `--` included.
 * @param {readonly string[]} argv
 * @returns {{ needs: Need[], command: string[] }}
 */
export function parseRunArguments(argv) {
  const end = argv.indexOf('--');
  const own = end === -1 ? argv : argv.slice(0, end);
  const command = end === -1 ? [] : argv.slice(end + 1);
  if (command.length === 0)
    throw new SetupFailure(
      `Usage: node scripts/run.mjs [--needs ${KNOWN_NEEDS.join(',')}] -- command [arguments]`,
    );
  const [flag, list, ...rest] = own;
  if (flag === undefined) return { needs: [], command };
  if (flag !== '--needs' || list === undefined || rest.length > 0)
    throw new SetupFailure(`run.mjs does not know "${own.join(' ')}"; it takes --needs and a list.`);
  const asked = list.split(',');
  const unknown = asked.filter((word) => !KNOWN_NEEDS.some((need) => need === word));
  if (unknown.length > 0)
    throw new SetupFailure(
      `run.mjs cannot set up "${unknown.join(', ')}"; it knows ${KNOWN_NEEDS.join(', ')}.`,
    );
  return { needs: KNOWN_NEEDS.filter((need) => asked.includes(need)), command };
}
