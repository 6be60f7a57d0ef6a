import { accessSync, constants, existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { announce, SetupFailure } from './announce.mjs';
import { runAlone } from './setupLock.mjs';

/**
 * @typedef {object} Tool
 * @property {'redis' | 'chromium' | 'exporters' | 'php'} need
 * @property {string} name
 * @property {string} variable environment variable with the program's path; set for the command as well
 * @property {readonly string[]} programs
 * @property {string} [library] file that is there when a library is, which has no program
 * @property {string} apt
 * @property {readonly string[]} [aptAlso] what it needs besides, and what no file of its own tells
 * @property {string | null} dnf null when it has none
 * @property {string | null} brew
 * @property {string} [page] where to get it when a package manager has none
 * @property {true} [isOptional] without it something of the command fails, and says so, but not all of it
 */

/** @type {readonly Tool[]} */
const tools = [
  {
    need: 'redis',
    name: 'a Redis server',
    variable: 'REDIS_SERVER',
    programs: ['redis-server', 'valkey-server'],
    apt: 'redis-server',
    dnf: 'redis',
    brew: 'redis',
  },
  {
    need: 'chromium',
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
  {
    need: 'exporters',
    name: 'redis_exporter',
    variable: 'REDIS_EXPORTER',
    programs: ['prometheus-redis-exporter', 'redis_exporter'],
    apt: 'prometheus-redis-exporter',
    dnf: null,
    brew: null,
    page: 'https://github.com/oliver006/redis_exporter/releases',
    isOptional: true,
  },
  {
    need: 'exporters',
    name: 'a Prometheus server',
    variable: 'PROMETHEUS',
    programs: ['prometheus'],
    apt: 'prometheus',
    dnf: null,
    brew: 'prometheus',
    page: 'https://prometheus.io/download',
    isOptional: true,
  },
  {
    need: 'exporters',
    name: 'django-prometheus',
    variable: 'DJANGO_PROMETHEUS',
    programs: [],
    library: 'usr/lib/python3/dist-packages/django_prometheus/__init__.py',
    apt: 'python3-django-prometheus',
    dnf: null,
    brew: null,
    page: 'https://github.com/django-commons/django-prometheus',
    isOptional: true,
  },
  {
    need: 'exporters',
    name: 'django-redis, the backend that django-prometheus counts',
    variable: 'DJANGO_REDIS',
    programs: [],
    library: 'usr/lib/python3/dist-packages/django_redis/__init__.py',
    apt: 'python3-django-redis',
    dnf: null,
    brew: null,
    page: 'https://github.com/jazzband/django-redis',
    isOptional: true,
  },
  {
    need: 'php',
    name: 'PHP',
    variable: 'PHP',
    programs: ['php'],
    apt: 'php-cli',
    dnf: 'php-cli',
    brew: 'php',
    isOptional: true,
  },
  {
    need: 'php',
    name: "Symfony's cache for PHP",
    variable: 'SYMFONY_CACHE',
    programs: [],
    library: 'usr/share/php/Symfony/Component/Cache/autoload.php',
    apt: 'php-symfony-cache',
    aptAlso: ['php-redis'],
    dnf: 'php-symfony-cache php-pecl-redis',
    brew: null,
    page: 'https://symfony.com/doc/current/components/cache.html',
    isOptional: true,
  },
];

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
 * @property {string} [systemRoot] where libraries are looked for
 * @property {(line: string) => void} [print]
 */

/**
 * Finds the programs that are needed and installs what is missing where that is possible: as root with apt-get. What is
 * optional and cannot be installed is said, and left out.
 * @param {readonly string[]} needs
 * @param {Machine} machine
 * @returns {Promise<Record<string, string>>} environment variables that name the programs
 */
export async function ensureSystemPackages(needs, machine) {
  const wanted = tools.filter(({ need }) => needs.includes(need));
  const missing = () => wanted.filter((tool) => findTool(tool, machine) === null);
  await runAlone(
    machine.root,
    () => missing().length > 0,
    () => installMissing(missing(), machine),
  );
  return Object.fromEntries(wanted.map((tool) => [tool.variable, findTool(tool, machine) ?? '']));
}

/**
 * @param {readonly Tool[]} missing
 * @param {Machine} machine
 */
async function installMissing(missing, machine) {
  const optional = missing.filter(({ isOptional }) => isOptional);
  const required = missing.filter((tool) => !optional.includes(tool));
  if (required.length > 0) await install(required, machine);
  if (optional.length === 0) return;
  try {
    await install(optional, machine);
  } catch (error) {
    if (!(error instanceof SetupFailure)) throw error;
    (machine.print ?? console.log)(
      `${error.message}\nWithout, the tests that need it fail; all others run.\n`,
    );
  }
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
  const packages = missing.flatMap(aptPackages);
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
  const packages = (/** @type {'dnf' | 'brew'} */ manager) => missing.flatMap((tool) => tool[manager] ?? []);
  const apt = `apt-get install -y --no-install-recommends ${missing.flatMap(aptPackages).join(' ')}`;
  const dnf = packages('dnf');
  const brew = packages('brew').map((name) => `brew install ${name}`);
  const lines = [
    `Cachescope needs ${missing.map((tool) => tool.name).join(' and ')}, and cannot install it here (${why}).`,
    'Type the line of your system, then run the command again:',
    '',
    `  Debian, Ubuntu   sudo apt-get update && sudo ${apt}`,
    ...(dnf.length > 0 ? [`  Fedora, RHEL     sudo dnf install -y ${dnf.join(' ')}`] : []),
    ...(brew.length > 0 ? [`  macOS            ${brew.join(' && ')}`] : []),
    ...missing.flatMap(({ name, page }) =>
      page === undefined ? [] : [`  elsewhere        ${name}: ${page}`],
    ),
    '',
    `Or say where it is: ${missing.map((tool) => `${tool.variable}=/path/to/${tool.programs[0] ?? tool.apt}`).join(' ')}`,
  ];
  return lines.join('\n');
}

/**
 * @param {Tool} tool
 * @returns {readonly string[]}
 */
function aptPackages({ apt, aptAlso = [] }) {
  return [apt, ...aptAlso];
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
      tool.programs.map((program) => findProgram(program, machine)).find((path) => path !== null) ??
      findLibrary(tool, machine)
    );
  const found = named.includes('/') ? (isExecutable(named) ? named : null) : findProgram(named, machine);
  if (found === null) throw new SetupFailure(`${tool.variable} names ${named}, which is no program here.`);
  return found;
}

/**
 * @param {Tool} tool
 * @param {Machine} machine
 */
function findLibrary({ library }, { systemRoot = '/' }) {
  const path = library === undefined ? null : join(systemRoot, library);
  return path !== null && existsSync(path) ? path : null;
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
