import type { Import } from './sourceFile.ts';

/** Circles of files that import each other, types included; each once, starting anywhere, its first file repeated last. */
export function findCycles(imports: readonly Import[]): readonly (readonly string[])[] {
  const targets = new Map<string, Set<string>>();
  for (const { from, target } of imports) {
    if (target === null) continue;
    targets.set(from, (targets.get(from) ?? new Set()).add(target));
  }
  const cycles: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: readonly string[]) => {
    const seenAt = path.indexOf(file);
    if (seenAt !== -1) return void cycles.push([...path.slice(seenAt), file]);
    if (finished.has(file)) return;
    for (const target of targets.get(file) ?? []) visit(target, [...path, file]);
    finished.add(file);
  };
  for (const file of targets.keys()) visit(file, []);
  return cycles;
}
