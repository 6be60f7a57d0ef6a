/** A place of a declared template: what the segments seen so far lead to. */
interface FamilyNode {
  readonly literals: Map<string, FamilyNode>;
  readonly mixed: { readonly source: string; readonly form: RegExp; readonly next: FamilyNode }[];
  anything: FamilyNode | null;
  template: string | null;
}

/** Families that were declared as templates such as `catalog:product:{id}`. */
export interface DeclaredFamilies {
  /**
   * Adds a template. `\{` and `\}` stand for braces of the key itself. Ignores what is past 5,000 templates, longer than
   * 512 characters, or has more than three placeholders between two colons.
   */
  declare(template: string): void;
  has(template: string): boolean;
  /** The template that a key belongs to; null when none does. The most specific wins: literal text first, from the left. */
  match(keyText: string): string | null;
}

/** Templates also come from the metrics of services; one that labels whole keys must not fill the memory. */
const MAX_TEMPLATES = 5_000;
const MAX_TEMPLATE_CHARS = 512;
/** Placeholders between literal text of one segment, and the segment they are tried on: bounds what backtracking can cost. */
const MAX_MIXED_PLACEHOLDERS = 3;
const MAX_MIXED_CHARS = 256;

const TOO_MIXED = new RegExp(`(?:\\{[^{}:]*\\}[^{}:]*){${MAX_MIXED_PLACEHOLDERS + 1}}`);
const PLACEHOLDER = /\{[^{}:]*\}/;

/** Why a template cannot be declared, and what to write instead; null when it can. */
export function familyProblem(template: string): string | null {
  if (template.length > MAX_TEMPLATE_CHARS)
    return `a template has at most ${MAX_TEMPLATE_CHARS} characters, this one ${template.length}`;
  if (template.match(TOO_MIXED) !== null)
    return `${template} has more than ${MAX_MIXED_PLACEHOLDERS} placeholders between two colons; put a colon between them`;
  if (!PLACEHOLDER.test(template.replaceAll(/\\[{}]/g, '')))
    return `${template} holds no placeholder; write the part that differs in braces, such as product:{id}`;
  return null;
}

/** A placeholder stands for one or more characters, never for a `:`, nor for a `/` or `|` that its template parts by. */
export function createDeclaredFamilies(): DeclaredFamilies {
  const root = createNode();
  const templates = new Set<string>();
  return {
    declare(template) {
      if (templates.size >= MAX_TEMPLATES || template.length > MAX_TEMPLATE_CHARS) return;
      if (template.match(TOO_MIXED) !== null) return;
      templates.add(template);
      let node = root;
      for (const segment of template.split(':')) node = childFor(node, segment, template);
      node.template = template;
    },
    has: (template) => templates.has(template),
    match: (keyText) => (templates.size === 0 ? null : matchFrom(root, keyText, 0)),
  };
}

function createNode(): FamilyNode {
  return { literals: new Map(), mixed: [], anything: null, template: null };
}

function childFor(node: FamilyNode, segment: string, template: string): FamilyNode {
  const hidden = segment.replaceAll(/\\[{}]/g, '  ');
  const barred = [':', '/', '|'].filter((separator) => separator === ':' || template.includes(separator));
  if (!PLACEHOLDER.test(hidden)) return literalChild(node, segment.replaceAll(/\\([{}])/g, '$1'));
  if (/^\{[^{}]*\}$/.test(hidden) && barred.length === 1) {
    node.anything ??= createNode();
    return node.anything;
  }
  const known = node.mixed.find(({ source }) => source === segment);
  if (known !== undefined) return known.next;
  const next = createNode();
  node.mixed.push({ source: segment, form: formOf(segment, barred), next });
  // Longer literal text is more specific, whatever the order of declaration.
  node.mixed.sort((left, right) => literalLength(right.source) - literalLength(left.source));
  return next;
}

function literalChild(node: FamilyNode, text: string): FamilyNode {
  const next = node.literals.get(text) ?? createNode();
  node.literals.set(text, next);
  return next;
}

function literalLength(segment: string): number {
  return segment.replaceAll(/\{[^{}]*\}/g, '').length;
}

function formOf(segment: string, barred: readonly string[]): RegExp {
  const source = segment
    .split(/(\\[{}]|\{[^{}]*\})/)
    .map((part) => {
      if (part.startsWith('{')) return `[^${barred.join('')}]+`;
      return part.replace(/^\\([{}])$/, '$1').replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
    })
    .join('');
  return new RegExp(`^${source}$`, 'su');
}

function matchFrom(node: FamilyNode, key: string, from: number): string | null {
  const end = key.indexOf(':', from);
  const segment = key.slice(from, end === -1 ? key.length : end);
  const literal = node.literals.get(segment);
  const byLiteral = literal === undefined ? null : rest(literal, key, end);
  if (byLiteral !== null) return byLiteral;
  for (const { form, next } of node.mixed) {
    const isMatch = segment.length <= MAX_MIXED_CHARS && form.test(segment);
    const template = isMatch ? rest(next, key, end) : null;
    if (template !== null) return template;
  }
  return node.anything === null || segment === '' ? null : rest(node.anything, key, end);
}

function rest(node: FamilyNode, key: string, end: number): string | null {
  return end === -1 ? node.template : matchFrom(node, key, end + 1);
}
