import { expect, test } from 'vitest';
import { ensureSystemPackages } from '#scripts/setup/systemPackages.mjs';
import { type FakeMachine, fakeMachine } from '#test/support/fakeMachine.ts';

const INSTALLING_APT = `
echo "$@ [$DEBIAN_FRONTEND]" >> "$LOG"
for word in "$@"; do case "$word" in
  redis-server|chromium|prometheus|prometheus-redis-exporter) printf '#!/bin/sh\\n' > "$BIN/$word"; /bin/chmod +x "$BIN/$word";;
  php-cli) printf '#!/bin/sh\\n' > "$BIN/php"; /bin/chmod +x "$BIN/php";;
  php-symfony-cache) cd "$BIN/../checkout"; /bin/mkdir -p usr/share/php/Symfony/Component/Cache; : > usr/share/php/Symfony/Component/Cache/autoload.php;;
  python3-django-*) cd "$BIN/../checkout/" && to=usr/lib/python3/dist-packages/django_"\${word##*-}"; /bin/mkdir -p "$to"; : > "$to/__init__.py";;
esac; done`;

function setUp(machine: FakeMachine, needs: readonly string[], userId: number) {
  const lines: string[] = [];
  const found = ensureSystemPackages(needs, {
    root: machine.root,
    env: machine.env,
    getuid: () => userId,
    moreDirectories: [],
    systemRoot: machine.root,
    print: (line) => void lines.push(line),
  });
  return { found, lines };
}

test('as root with apt-get, what is missing is installed and said', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('apt-get', INSTALLING_APT);
  const { found, lines } = setUp(machine, ['redis', 'chromium', 'page'], 0);
  await expect(found).resolves.toEqual({
    REDIS_SERVER: `${machine.binaries}/redis-server`,
    CHROMIUM_PATH: `${machine.binaries}/chromium`,
  });
  expect(await machine.log()).toBe(
    'update [noninteractive]\n' +
      'install -y --no-install-recommends -o DPkg::Lock::Timeout=120 redis-server chromium [noninteractive]\n',
  );
  expect(lines.join('\n')).toContain('installing redis-server and chromium with apt-get');
});

test('one need may stand for several programs and libraries', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('apt-get', INSTALLING_APT);
  const { found } = setUp(machine, ['exporters'], 0);
  await expect(found).resolves.toEqual({
    REDIS_EXPORTER: `${machine.binaries}/prometheus-redis-exporter`,
    PROMETHEUS: `${machine.binaries}/prometheus`,
    DJANGO_PROMETHEUS: `${machine.root}/usr/lib/python3/dist-packages/django_prometheus/__init__.py`,
    DJANGO_REDIS: `${machine.root}/usr/lib/python3/dist-packages/django_redis/__init__.py`,
  });
});

test('what a library needs besides is installed with it, and stands in the line to type', async () => {
  await using machine = await fakeMachine();
  const refused = setUp(machine, ['php'], 1000);
  await expect(refused.found).resolves.toEqual({ PHP: '', SYMFONY_CACHE: '' });
  expect(refused.lines.join('\n')).toContain('php-cli php-symfony-cache php-redis\n');
  await machine.addProgram('apt-get', INSTALLING_APT);
  await expect(setUp(machine, ['php'], 0).found).resolves.toEqual({
    PHP: `${machine.binaries}/php`,
    SYMFONY_CACHE: `${machine.root}/usr/share/php/Symfony/Component/Cache/autoload.php`,
  });
  expect(await machine.log()).toContain(' php-cli php-symfony-cache php-redis [');
});

test('the second run does no work and says nothing', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('apt-get', INSTALLING_APT);
  await setUp(machine, ['redis'], 0).found;
  const before = await machine.log();
  const second = setUp(machine, ['redis'], 0);
  await second.found;
  expect(second.lines).toEqual([]);
  expect(await machine.log()).toBe(before);
});

test('only what the command needs is looked for', async () => {
  await using machine = await fakeMachine();
  await expect(setUp(machine, ['page'], 1000).found).resolves.toEqual({});
});

test('valkey-server is a Redis server too', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('valkey-server', '');
  const { found } = setUp(machine, ['redis'], 1000);
  await expect(found).resolves.toEqual({ REDIS_SERVER: `${machine.binaries}/valkey-server` });
});

test.each([
  ['not root', 1000, true],
  ['no apt-get', 0, false],
])('%s: the lines to type for apt, dnf and brew are in the message', async (why, userId, hasApt) => {
  await using machine = await fakeMachine();
  if (hasApt) await machine.addProgram('apt-get', INSTALLING_APT);
  const message = await failure(setUp(machine, ['redis', 'chromium'], userId).found);
  expect(message).toContain(`cannot install it here (${why})`);
  expect(message).toContain(
    'sudo apt-get update && sudo apt-get install -y --no-install-recommends redis-server chromium\n',
  );
  expect(message).toContain('sudo dnf install -y redis chromium\n');
  expect(message).toContain('brew install redis && brew install --cask chromium\n');
  expect(await machine.log()).toBe('');
});

test('what is optional and cannot be installed is said with where to get it, and left out', async () => {
  await using machine = await fakeMachine();
  const { found, lines } = setUp(machine, ['exporters'], 1000);
  await expect(found).resolves.toEqual({
    ...{ REDIS_EXPORTER: '', PROMETHEUS: '', DJANGO_PROMETHEUS: '', DJANGO_REDIS: '' },
  });
  const said = lines.join('\n');
  expect(said).toContain(
    '--no-install-recommends prometheus-redis-exporter prometheus python3-django-prometheus python3-django-redis\n',
  );
  expect(said).toContain('  macOS            brew install prometheus\n');
  expect(said).toContain('redis_exporter: https://github.com/oliver006/redis_exporter/releases\n');
  expect(said).toContain('the tests that need it fail');
  expect(said).not.toContain('dnf');
});

test('a failing apt-get ends with its output and the lines to type', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('apt-get', 'echo "Temporary failure resolving deb.example" >&2; exit 100');
  const message = await failure(setUp(machine, ['redis'], 0).found);
  expect(message).toContain('Temporary failure resolving deb.example');
  expect(message).toContain('sudo dnf install -y redis\n');
});

test('a package without the program is a failure, not a loop', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('apt-get', 'exit 0');
  const message = await failure(setUp(machine, ['redis'], 0).found);
  expect(message).toContain('installed a package without the program');
});

test('REDIS_SERVER names the program to use, and a wrong name is said', async () => {
  await using machine = await fakeMachine();
  await machine.addProgram('my-redis', '');
  machine.env.REDIS_SERVER = `${machine.binaries}/my-redis`;
  await expect(setUp(machine, ['redis'], 1000).found).resolves.toEqual({
    REDIS_SERVER: `${machine.binaries}/my-redis`,
  });
  machine.env.REDIS_SERVER = '/nowhere/redis-server';
  expect(await failure(setUp(machine, ['redis'], 1000).found)).toContain('/nowhere/redis-server');
});

async function failure(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => null,
    (reason: unknown) => reason,
  );
  return error instanceof Error ? error.message : 'nothing failed';
}
