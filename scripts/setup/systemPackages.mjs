import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { announce, SetupFailure } from './announce.mjs';
import { runAlone } from './setupLock.mjs';

/**
 * @typedef {object} Tool
 * @property {string} name
 * @property {string} variable environment variable with the program's path; set for the command as well
 * @property {readonly string[]} programs
 * @property {string} apt
 * @property {string} dnf
 * @property {string} brew
 */

/** @type {Readonly<Record<'redis' | 'chromium', Tool>>} */
const tools = {
  redis: {
    name: 'a Redis server',
    variable: 'REDIS_SERVER',
    programs: ['redis-server', 'valkey-server'],
    apt: 'redis-server',
    dnf: 'redis',
    brew: 'redis',
  },
  chromium: {
    name: 'Chromium',
    variable: 'CHROMIUM_PATH',
    programs: [
      'chromium',
      'chromium-browser',
      'google-chrome',
      'google-chrome-stable',
      'Google Chrome',
      'Chromium',
    ],
    apt: 'chromium',
    dnf: 'chromium',
    brew: '--cask chromium',
  },
};

/** Where servers and browsers live that a user's PATH may not name. */
const MORE_DIRECTORIES = [
  '/usr/bin',
  '/usr/sbin',
  '/usr/local/bin',
  '/usr/local/sbin',
  '/opt/homebrew/bin',
  '/snap/bin',
  '/Applications/Google Chrome.app/Contents/MacOS',
  '/Applications/Chromium.app/Contents/MacOS',
];

/**
 * @typedef {object} Machine
 * @property {string} root of the checkout
 * @property {NodeJS.ProcessEnv} env
 * @property {() => number} [getuid]
 * @property {readonly string[]} [moreDirectories]
 * @property {(line: string) => void} [print]
 */

/**
 * Finds the programs that are needed and installs what is missing where that is possible: as root with apt-get.
 * @param {readonly string[]} needs
 * @param {Machine} machine
 * @returns {Promise<Record<string, string>>} environment variables that name the programs
 */
export async function ensureSystemPackages(needs, machine) {
  const wanted = Object.entries(tools).flatMap(([need, tool]) => (needs.includes(need) ? [tool] : []));
  const missing = () => wanted.filter((tool) => findTool(tool, machine) === null);
  await runAlone(
    machine.root,
    () => missing().length > 0,
    () => install(missing(), machine),
  );
  return Object.fromEntries(wanted.map((tool) => [tool.variable, findTool(tool, machine) ?? '']));
}

/**
 * @param {readonly Tool[]} missing
 * @param {Machine} machine
 */
async function install(missing, machine) {
  const { env, print } = machine;
  const apt = findProgram('apt-get', machine);
  const isRoot = (machine.getuid ?? process.getuid)?.() === 0;
  if (apt === null || !isRoot)
    throw new SetupFailure(instructions(missing, apt === null ? 'no apt-get' : 'not root'));
  const packages = missing.map((tool) => tool.apt);
  const options = {
    env: { ...env, DEBIAN_FRONTEND: 'noninteractive' },
    advice: instructions(missing, 'apt-get failed, see above'),
    ...(print === undefined ? {} : { print }),
  };
  await announce('reading package lists with apt-get update', [apt, 'update'], options);
  await announce(
    `installing ${packages.join(' and ')} with apt-get`,
    [apt, 'install', '-y', '--no-install-recommends', '-o', 'DPkg::Lock::Timeout=120', ...packages],
    options,
  );
  const stillMissing = missing.filter((tool) => findTool(tool, machine) === null);
  if (stillMissing.length > 0)
    throw new SetupFailure(instructions(stillMissing, 'apt-get installed a package without the program'));
}

/**
 * @param {readonly Tool[]} missing
 * @param {string} why
 */
function instructions(missing, why) {
  const packages = (/** @type {'apt' | 'dnf' | 'brew'} */ manager) => missing.map((tool) => tool[manager]);
  const apt = `apt-get install -y --no-install-recommends ${packages('apt').join(' ')}`;
  const lines = [
    `Cachescope needs ${missing.map((tool) => tool.name).join(' and ')}, and cannot install it here (${why}).`,
    'Type the line of your system, then run the command again:',
    '',
    `  Debian, Ubuntu   sudo apt-get update && sudo ${apt}`,
    `  Fedora, RHEL     sudo dnf install -y ${packages('dnf').join(' ')}`,
    `  macOS            ${packages('brew')
      .map((name) => `brew install ${name}`)
      .join(' && ')}`,
    '',
    `Or say where it is: ${missing.map((tool) => `${tool.variable}=/path/to/${tool.programs[0]}`).join(' ')}`,
  ];
  return lines.join('\n');
}

/**
 * @param {Tool} tool
 * @param {Machine} machine
 * @returns {string | null}
 */
function findTool(tool, machine) {
  const named = machine.env[tool.variable];
  if (named === undefined || named === '')
    return (
      tool.programs.map((program) => findProgram(program, machine)).find((path) => path !== null) ?? null
    );
  const found = named.includes('/') ? (isExecutable(named) ? named : null) : findProgram(named, machine);
  if (found === null) throw new SetupFailure(`${tool.variable} names ${named}, which is no program here.`);
  return found;
}

/**
 * @param {string} program
 * @param {Machine} machine
 */
function findProgram(program, { env, moreDirectories = MORE_DIRECTORIES }) {
  const directories = [...(env.PATH ?? '').split(delimiter).filter(Boolean), ...moreDirectories];
  return directories.map((directory) => join(directory, program)).find(isExecutable) ?? null;
}

/** @param {string} path */
function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
