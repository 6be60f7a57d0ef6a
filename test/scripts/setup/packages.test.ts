import { expect, test } from 'vitest';
import { arePackagesInstalled } from '#scripts/setup/packages.mjs';

interface Entry {
  readonly version: string;
  readonly optional?: true;
}

function lock(packages: Record<string, Entry>): string {
  return JSON.stringify({ packages: { '': { version: '1.0.0' }, ...packages } });
}

const wanted = lock({
  'node_modules/a': { version: '1.0.0' },
  'node_modules/b': { version: '2.0.0', optional: true },
});
const a = { 'node_modules/a': { version: '1.0.0' } };

test.each([
  ['exactly the packages of the lock file', lock({ ...a, 'node_modules/b': { version: '2.0.0' } }), true],
  ['an optional package of another platform is absent', lock(a), true],
  ['nothing was installed', null, false],
  ['a package is missing', lock({}), false],
  ['a package has another version', lock({ 'node_modules/a': { version: '1.0.1' } }), false],
  ['an optional package has another version', lock({ ...a, 'node_modules/b': { version: '2.0.1' } }), false],
  ['a package was dropped from the lock file', lock({ ...a, 'node_modules/c': { version: '1.0.0' } }), false],
])('%s', (_claim, installed, isInstalled) => {
  expect(arePackagesInstalled(wanted, installed)).toBe(isInstalled);
});
