import { posix } from 'node:path';
import type { Import, SourceFile } from './sourceFile.ts';

const STATEMENT =
  /^\s*(?:import|export)\s+([^'";]*?)\s*from\s*'([^']+)'|^\s*import\s+'([^']+)'|\bimport\(\s*'([^']+)'/gm;

/**
 * The imports of one file, by matching text: the formatter writes each statement in one way, so no parser is needed.
 * Comments are taken out first; an import inside a text literal at the start of a line would be counted.
 */
export function readImports({ path, text }: SourceFile): readonly Import[] {
  const code = text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');
  return [...code.matchAll(STATEMENT)].map(([, names = '', from, bare, dynamic]) => {
    const specifier = from ?? bare ?? dynamic ?? '';
    return {
      from: path,
      specifier,
      target: resolveSpecifier(path, specifier),
      isTypeOnly: isTypeOnly(names),
      names,
    };
  });
}

function resolveSpecifier(path: string, specifier: string): string | null {
  if (specifier.startsWith('#')) return specifier.slice(1);
  if (specifier.startsWith('.')) return posix.join(posix.dirname(path), specifier);
  return null;
}

/** `type { A }`, and `{ type A, type B }`. */
function isTypeOnly(names: string): boolean {
  if (/^type\s/.test(names)) return true;
  const inBraces = /^\{([^}]*)\}$/.exec(names)?.[1];
  if (inBraces === undefined) return false;
  const members = inBraces.split(',').filter((member) => member.trim() !== '');
  return members.length > 0 && members.every((member) => /^\s*type\s/.test(member));
}
