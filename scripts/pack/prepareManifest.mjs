/**
 * @typedef {object} Manifest
 * @property {string} name
 * @property {string} version
 * @property {string} description
 * @property {string} license
 * @property {{ node: string }} engines
 * @property {Record<string, string>} dependencies
 */

/**
 * The manifest of the published package. Server and page are bundled, so whoever installs the package to use the
 * library gets what the library imports and nothing else: no fastify, no React, no Node binaries.
 * @param {Manifest} repository
 * @param {readonly string[]} libraryImports packages that the built library and its types import
 */
export function prepareManifest(
  { name, version, description, license, engines, dependencies },
  libraryImports,
) {
  const missing = libraryImports.filter((one) => dependencies[one] === undefined);
  if (missing.length > 0)
    throw new Error(`The library imports ${missing.join(', ')}, which is no dependency.`);
  return {
    name,
    version,
    description,
    license,
    type: 'module',
    engines,
    bin: { cachescope: 'server/start.js' },
    files: ['cache', 'types', 'server', 'dist/page', 'docs'],
    // The library does nothing when it is imported, so that bundlers may leave it out where it is not used.
    sideEffects: ['./server/*.js'],
    exports: { './cache': { types: './types/cache/cache.d.ts', default: './cache/cache.js' } },
    imports: {
      '#cache/*.ts': { types: './types/cache/*.d.ts' },
      '#shared/*.ts': { types: './types/shared/*.d.ts' },
    },
    dependencies: Object.fromEntries(libraryImports.map((one) => [one, `^${dependencies[one]}`])),
  };
}
