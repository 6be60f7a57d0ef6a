import type { Config } from '#server/config/config.ts';
import { type ConfigSources, resolveConfig } from '#server/config/resolveConfig.ts';

export interface Given {
  readonly flags?: readonly string[];
  readonly env?: ConfigSources['env'];
  /** Content by path; every other path cannot be read. */
  readonly files?: Readonly<Record<string, string>>;
}

function resolve({ flags = [], env = {}, files = {} }: Given) {
  return resolveConfig({
    argv: ['serve', ...flags],
    env: { HOME: '/home/ada', ...env },
    readText: (path) => {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

export function configOf(given: Given): Config {
  const resolved = resolve(given);
  if (!('config' in resolved)) throw new Error(JSON.stringify(resolved));
  return resolved.config;
}

export function problemsOf(given: Given): readonly string[] {
  const resolved = resolve(given);
  if (!('problems' in resolved)) throw new Error(JSON.stringify(resolved));
  return resolved.problems;
}
