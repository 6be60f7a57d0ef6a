import { globSync, readFileSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * Removes the declarations that the entry does not lead to: what was checked along with it, such as schemas of the API, must
 * neither lie in the package nor ask for packages of its own.
 * @param {string} directory of the emitted declarations
 * @param {string} entry in it
 * @returns {string[]} packages that the remaining declarations import, sorted
 */
export function pruneTypes(directory, entry) {
  const kept = new Set([entry]);
  /** @type {Set<string>} */
  const packages = new Set();
  for (const file of kept) {
    const text = readFileSync(join(directory, file), 'utf8').replaceAll(/\/\*[\s\S]*?\*\//g, '');
    for (const [, name = ''] of text.matchAll(/(?:from |import\()['"]([^'"]+)['"]/g)) {
      if (name.startsWith('.')) kept.add(join(dirname(file), declarationOf(name)));
      else if (name.startsWith('#')) kept.add(declarationOf(name.slice(1)));
      else if (!isBuiltin(name)) packages.add(name);
    }
  }
  for (const file of globSync('**/*.d.ts', { cwd: directory })) {
    if (!kept.has(file)) rmSync(join(directory, file));
  }
  return [...packages].sort();
}

/** @param {string} name of a module as it is imported */
function declarationOf(name) {
  return name.replace(/\.ts$/, '.d.ts');
}
