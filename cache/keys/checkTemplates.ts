import { CacheError } from '#cache/cacheError.ts';
import type { Counters } from '#cache/writeBehind/counter.ts';
import type { Families } from './family.ts';

/** A template under the name by which its declaration is found. */
interface Named {
  readonly name: string;
  readonly template: string;
  readonly parts: readonly Part[];
}

/** What one place of a key may be: this character, one of a field's value, or any number of them. */
type Part = { readonly character: string } | 'field' | 'moreOfField';

/** What a field's value may turn into in a key (`encodeField`). */
const FIELD_CHARACTER = /^[A-Za-z0-9\-_.!~'()%]$/;

/**
 * Throws `badOptions` when two of the families, their look-ups and the counters could build the same key: then one would fill or
 * overwrite the entries of the other. Also where a Cluster would keep them apart: what is declared is right in both or in none.
 */
export function checkTemplates(families: Families, counters: Counters = {}): void {
  const all = Object.entries(families).flatMap(([name, declared]): Named[] => {
    const version = declared.namespace === undefined ? '' : ':v{version}';
    const named = (label: string, template: string): Named => nameTemplate(label, template, version);
    const lookups = Object.entries(declared.lookups ?? {});
    return [
      named(name, declared.key),
      ...lookups.map(([lookup, { key }]) => named(`${name}.getBy.${lookup}`, key)),
    ];
  });
  all.push(...Object.entries(counters).map(([name, { key }]) => nameTemplate(name, key)));
  for (const [index, one] of all.entries()) {
    for (const other of all.slice(index + 1)) {
      if (one.template !== other.template && !canMeet(one.parts, other.parts)) continue;
      throw new CacheError(
        'badOptions',
        `"${one.name}" (${one.template}) and "${other.name}" (${other.template}) can build the same key.`,
      );
    }
  }
}

function nameTemplate(name: string, template: string, version = ''): Named {
  return { name, template, parts: partsOf(template + version) };
}

function partsOf(template: string): Part[] {
  return template
    .split(/(\{[^}]*\})/)
    .flatMap((text): Part[] =>
      text.startsWith('{') ? ['field', 'moreOfField'] : [...text].map((character) => ({ character })),
    );
}

/** Walks both templates at once: true when one text brings both to their end. */
function canMeet(one: readonly Part[], other: readonly Part[]): boolean {
  const seen = new Set<number>();
  const open: [number, number][] = [[0, 0]];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const [i, j] = place;
    const id = i * (other.length + 1) + j;
    if (seen.has(id)) continue;
    seen.add(id);
    const [a, b] = [one[i], other[j]];
    if (a === undefined && b === undefined) return true;
    if (a === 'moreOfField') open.push([i + 1, j]);
    if (b === 'moreOfField') open.push([i, j + 1]);
    if (a === undefined || b === undefined || !canShare(a, b)) continue;
    open.push([a === 'moreOfField' ? i : i + 1, b === 'moreOfField' ? j : j + 1]);
  }
  return false;
}

function canShare(a: Part, b: Part): boolean {
  if (typeof a === 'object' && typeof b === 'object') return a.character === b.character;
  if (typeof a === 'object') return FIELD_CHARACTER.test(a.character);
  return typeof b === 'string' || FIELD_CHARACTER.test(b.character);
}
