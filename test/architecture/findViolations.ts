import { findCycles } from './findCycles.ts';
import { readImports } from './readImports.ts';
import type { Rules } from './rules.ts';
import type { Import, SourceFile } from './sourceFile.ts';

/** Every breach of the rules in a tree of files, one line each; empty when there is none. */
export function findViolations(files: readonly SourceFile[], rules: Rules): readonly string[] {
  const imports = files.flatMap(readImports);
  return [
    ...imports.flatMap((one) => judgeImport(one, rules).map((problem) => `${one.from}: ${problem}`)),
    ...files.flatMap((file) => judgeText(file, rules).map((problem) => `${file.path}: ${problem}`)),
    ...findCycles(imports).map((cycle) => `cycle: ${cycle.join(' -> ')}`),
  ];
}

function judgeImport(one: Import, rules: Rules): readonly string[] {
  const problems =
    one.target === null
      ? [judgePackage(one, rules)]
      : [judgeArea(one, one.target, rules), judgeRelative(one, one.target)];
  return [...problems, ...judgeModule(one, rules)].filter((problem) => problem !== null);
}

function judgeArea({ from, specifier }: Import, target: string, { mayImport }: Rules): string | null {
  const area = areaOf(from, mayImport);
  if (area === null) return 'lies in a folder that rules.ts does not know';
  const isOwn = areaOf(target, mayImport) === area && secondLevel(from, area) === secondLevel(target, area);
  const isAllowed = isOwn || mayImport[area]?.some((allowed) => isBelow(target, allowed));
  return isAllowed ? null : `${area} may not import ${specifier}`;
}

/** Features are areas of their own, one a folder, so that none imports another. */
function secondLevel(path: string, area: string): string {
  return area === 'client/features' ? path.split('/').slice(0, 3).join('/') : area;
}

function judgeRelative({ from, specifier }: Import, target: string): string | null {
  if (!specifier.startsWith('.') || isBelow(target, homeOf(from))) return null;
  return `${specifier} leaves ${homeOf(from)}; write #${target}`;
}

/** `server/api` of `server/api/trpc.ts`; the top folder for files that lie directly in it. */
function homeOf(path: string): string {
  const folders = path.split('/').slice(0, -1);
  return folders.slice(0, 2).join('/');
}

function judgePackage({ from, specifier, isTypeOnly }: Import, { packageOwners }: Rules): string | null {
  const owned = packageOwners.find(({ packages }) => packages.some((name) => isBelow(specifier, name)));
  if (owned === undefined || owned.owners.some((owner) => isBelow(from, owner))) return null;
  if (isTypeOnly && owned.typeOwners.some((owner) => isBelow(from, owner))) return null;
  return `only ${owned.owners.join(', ')} may import ${specifier}`;
}

function judgeModule({ from, target, names, specifier }: Import, { moduleUsers }: Rules): readonly string[] {
  return moduleUsers
    .filter(({ module, within }) => target !== null && module.test(target) && isBelow(from, within))
    .filter((rule) => !rule.users.test(from) || (rule.names !== null && !rule.names.test(names)))
    .map(({ why }) => `may not import ${specifier} so: ${why}`);
}

function judgeText({ path, text }: SourceFile, { textOwners }: Rules): readonly string[] {
  return textOwners
    .filter((rule) => isBelow(path, rule.within) && rule.text.test(text) && !rule.owners.test(path))
    .map(({ why }) => why);
}

function areaOf(path: string, mayImport: Rules['mayImport']): string | null {
  const areas = Object.keys(mayImport).filter((area) => isBelow(path, area));
  return areas.sort((a, b) => b.length - a.length)[0] ?? null;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
