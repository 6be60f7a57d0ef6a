import { OTHER_PATTERN } from '#shared/metricNames.ts';
import { createDeclaredFamilies } from './declaredFamilies.ts';
import type { PatternNode } from './patternNode.ts';
import { PatternTree } from './patternTree.ts';
import { type SegmentForm, SHORTEST_HASH_CHARS, segmentForm } from './segmentForm.ts';
import { createShapeCache, type ShapeCache, slotOf } from './shapeCache.ts';
import { createKeyParts, type KeyParts, splitKey } from './splitKey.ts';
import { isLikeHashesOf, MAX_PLAIN_EIGHTS, mergeEarlierHashes, noteLength } from './usualHashes.ts';

/** Ours: what a person can still sort and search in a table, and what history stores per step without growing past its budget. */
const DEFAULT_MAX_PATTERNS = 500;
/** Places of the tree for each pattern: inner places, and words not yet known to be slugs. Bounds memory to some 10 MB at 500. */
const NODES_PER_PATTERN = 16;
/** Longer words are nobody's section. Bounds a pattern's text, too. */
const MAX_WORD_CHARS = 64;
/** Longer keys cannot be of a declared family; bounds the work that a hostile key can ask of its templates. */
const MAX_DECLARED_CHARS = 2_048;
/** Under pressure, patterns that no key of this many rounds had make room. */
const KEPT_ROUNDS = 3;

export interface PatternLearnerOptions {
  /** Templates such as `catalog:product:{id}`. They come before inference, and do not count towards `maxPatterns`. */
  readonly declaredFamilies?: readonly string[];
  /** Inferred patterns at one time, 1 or more; further ones are `other`. */
  readonly maxPatterns?: number;
}

/**
 * Turns keys into patterns and learns on the way which segments are one of many. Keys are text as `formatKey` writes it.
 *
 * The same keys give the same patterns in any order, except for words close to a threshold (a section with three keys
 * among slugs, the 500th pattern): learn all keys first and then ask `patternOf` where rows must agree with each other.
 * Memory is bounded whatever the keys are.
 */
export interface PatternLearner {
  /** The pattern of a key, which is counted as evidence. */
  learn(keyText: string): string;
  /** The pattern of a key by what is known, without learning from it. */
  patternOf(keyText: string): string;
  /** What a pattern given earlier is called now: the same, or the `{slug}` or `{n}` that has swallowed it. */
  canonical(pattern: string): string;
  /** Adds a declared family; `other` is ignored, and so is what is past the limits of `DeclaredFamilies`. */
  declare(template: string): void;
  isDeclared(pattern: string): boolean;
  /** Begins a round of learning: when there is no room left, patterns without a key in the last three rounds go. */
  nextRound(): void;
  /** Inferred patterns now, at most `maxPatterns`. */
  readonly patternCount: number;
  /** Places held in memory now. */
  readonly nodeCount: number;
}

interface Walk {
  readonly tree: PatternTree;
  readonly parts: KeyParts;
  readonly key: string;
  /** Where the way is kept when the tree knows every segment as it stands; null for a pattern in place of a key. */
  readonly shapes: ShapeCache | null;
  /** True for a pattern in place of a key: its braces are placeholders. */
  readonly isPattern: boolean;
  /** Slot of the key's hash; 0 = look only. */
  readonly keyBit: number;
}

/** A learner that knows the declared families and nothing else. */
export function createPatternLearner(options: PatternLearnerOptions = {}): PatternLearner {
  const maxPatterns = options.maxPatterns ?? DEFAULT_MAX_PATTERNS;
  const maxNodes = maxPatterns * NODES_PER_PATTERN;
  const families = createDeclaredFamilies();
  const tree = new PatternTree(maxNodes);
  const parts = createKeyParts();
  const shapes = createShapeCache(tree);
  for (const template of options.declaredFamilies ?? []) families.declare(template);

  function declaredOf(key: string): string | null {
    return key.length > MAX_DECLARED_CHARS ? null : families.match(key);
  }

  function admit(node: PatternNode): string {
    if (node.isAdmitted) return node.text;
    if (tree.admittedCount >= maxPatterns) return OTHER_PATTERN;
    node.isAdmitted = true;
    tree.admittedCount += 1;
    return node.text;
  }

  function textOf(end: WalkEnd): string {
    if (end.node?.isAdmitted === true) return end.node.text;
    return tree.admittedCount >= maxPatterns || tree.isFull ? OTHER_PATTERN : end.text;
  }

  function learnInTree(key: string): string {
    const way = shapes.find(key);
    const keyBit = shapes.keyBit === 0 ? slotOf(key) : shapes.keyBit;
    if (way === null) {
      const { node } = walk({ tree, parts, key, shapes, isPattern: false, keyBit });
      return node === null ? OTHER_PATTERN : admit(node);
    }
    let last = tree.root;
    for (const node of way) {
      tree.visit(node, keyBit);
      last = node;
    }
    return admit(last);
  }

  function patternInTree(key: string): string {
    const node = shapes.find(key)?.at(-1);
    if (node !== undefined) return textOf({ node, text: node.text });
    return textOf(walk({ tree, parts, key, shapes, isPattern: false, keyBit: 0 }));
  }

  return {
    learn: (key) => declaredOf(key) ?? learnInTree(key),
    patternOf: (key) => declaredOf(key) ?? patternInTree(key),
    canonical(pattern) {
      if (pattern === OTHER_PATTERN || families.has(pattern)) return pattern;
      return textOf(walk({ tree, parts, key: pattern, shapes: null, isPattern: true, keyBit: 0 }));
    },
    declare(template) {
      // A service says `other` of what is past its own limit; that is no family.
      if (template !== OTHER_PATTERN) families.declare(template);
    },
    isDeclared: (pattern) => families.has(pattern),
    nextRound() {
      tree.round += 1;
      if (tree.admittedCount < maxPatterns && tree.nodeCount < maxNodes / 2) return;
      tree.prune(tree.round - KEPT_ROUNDS);
    },
    get patternCount() {
      return tree.admittedCount;
    },
    get nodeCount() {
      return tree.nodeCount;
    },
  };
}

interface WalkEnd {
  /** Null when the tree has no such place, or no room for it. */
  readonly node: PatternNode | null;
  /** The pattern as it would be, for a place that the tree does not have. */
  readonly text: string;
}

function walk(current: Walk): WalkEnd {
  const { tree, parts, key, keyBit, shapes } = current;
  splitKey(key, parts);
  // Null once a segment was none that a key of the same shape is sure to have, too.
  let way: PatternNode[] | null = shapes === null ? null : [];
  const hasBrace = !current.isPattern && key.includes('{');
  let node: PatternNode | null = tree.root;
  let text = '';
  let to = 0;
  for (let segment = 0; segment < parts.segmentCount; segment += 1) {
    const from = parts.marks[segment * 2] ?? 0;
    to = parts.marks[segment * 2 + 1] ?? 0;
    const idFragment = isShortNumber(key, from, to) ? idFragments.get(separatorCode(key, from)) : undefined;
    const fragment: string = idFragment ?? key.slice(Math.max(0, from - 1), to);
    const known: PatternNode | undefined =
      hasBrace && idFragment === undefined ? undefined : node?.children.get(fragment);
    let isLast = false;
    if (known === undefined) {
      way = null;
      const separator = from === 0 ? '' : key.charAt(from - 1);
      const word = key.slice(from, to);
      const form = formOf(word, current.isPattern);
      isLast = form.kind === 'bytes';
      const parent: PatternNode | null = node;
      node = parent === null ? null : childFor({ tree, parent, separator, segment: word, form, keyBit });
      text = node?.text ?? `${text}${separator}${form.text}`;
    } else {
      node = known;
      text = known.text;
      way?.push(known);
    }
    if (keyBit !== 0) {
      if (node === null) return { node, text };
      tree.visit(node, keyBit);
    }
    if (isLast) return { node, text };
    const swallowed = ownPlaceholder(key, from, to);
    if (swallowed !== null) return lastChild(tree, { node, text, fragment: swallowed, keyBit });
  }
  if (!parts.hasRest) {
    if (way !== null) shapes?.keep(key, way);
    return { node, text };
  }
  const separator = parts.segmentCount === 0 ? '' : key.charAt(to);
  return lastChild(tree, { node, text, fragment: `${separator}{rest}`, keyBit });
}

/** `{id}` behind each separator: most segments that are no word are short numbers. */
const idFragments = new Map(
  [...'\0:/|_.'].map((separator) => [separator.charCodeAt(0), `${separator === '\0' ? '' : separator}{id}`]),
);

function separatorCode(key: string, from: number): number {
  return from === 0 ? 0 : key.charCodeAt(from - 1);
}

/** Too short for a date or a hash, so that nothing learnt can make it anything but an id. */
function isShortNumber(key: string, from: number, to: number): boolean {
  if (to - from >= SHORTEST_HASH_CHARS || to === from) return false;
  for (let index = from; index < to; index += 1) {
    const code = key.charCodeAt(index);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

function lastChild(
  tree: PatternTree,
  at: { node: PatternNode | null; text: string; fragment: string; keyBit: number },
): WalkEnd {
  const { node, fragment, keyBit } = at;
  const learnt = node !== null && keyBit !== 0 ? tree.childOf(node, fragment) : node?.children.get(fragment);
  if (learnt != null && keyBit !== 0) tree.visit(learnt, keyBit);
  return { node: learnt ?? null, text: at.text + fragment };
}

function formOf(segment: string, isPattern: boolean): SegmentForm {
  // The braces of a pattern are placeholders, and what was escaped is escaped already.
  return isPattern && segment.includes('{') ? { kind: 'word', text: segment } : segmentForm(segment);
}

interface Step {
  readonly tree: PatternTree;
  readonly parent: PatternNode;
  readonly separator: string;
  readonly segment: string;
  readonly form: SegmentForm;
  readonly keyBit: number;
}

function childFor(step: Step): PatternNode | null {
  const { tree, parent, separator, segment, form, keyBit } = step;
  if (isLikeHashesOf(parent, step)) return placeholder(step, '{hash}');
  if (form.kind === 'word' || form.kind === 'numbered') {
    if (form.text.length > MAX_WORD_CHARS) return placeholder(step, '{slug}');
    const stem = form.kind === 'numbered' ? form.text.replace(/\d[\d.]*$/, '') : null;
    const word = { separator, text: form.text, stem };
    const known = tree.knownWord(parent, word);
    const isLiteral = known?.isWord === true;
    if (keyBit === 0 || isLiteral) return known;
    return tree.wordOf(parent, word, keyBit);
  }
  if (form.kind === 'bareDate' && parent.plainEightCount >= MAX_PLAIN_EIGHTS)
    return placeholder(step, '{id}');
  if (keyBit !== 0) {
    noteLength(parent, form, segment.length);
    mergeEarlierHashes(tree, parent, separator);
  }
  return placeholder(step, form.text);
}

function placeholder({ tree, parent, separator, keyBit }: Step, text: string): PatternNode | null {
  const fragment = separator + text;
  return keyBit === 0 ? (parent.children.get(fragment) ?? null) : tree.childOf(parent, fragment);
}

/**
 * The library's own: what follows `tag:` and `key-tags:` (simpleTagLayout.ts) is a tag and a whole key, which may hold separators
 * of their own, and what follows `cachescope:` (ownKeys.ts) is no cached entry.
 */
function ownPlaceholder(key: string, from: number, to: number): string | null {
  const length = to - from;
  if ((length !== 3 && length !== 8 && length !== 10) || key.charCodeAt(to) !== 0x3a) return null;
  if (from > 0 && key.charCodeAt(from - 1) !== 0x3a) return null;
  if (length === 3) return key.startsWith('tag', from) && to + 1 < key.length ? ':{tag}' : null;
  if (length === 8) return key.startsWith('key-tags', from) ? ':{key}' : null;
  return key.startsWith('cachescope', from) ? ':{upkeep}' : null;
}
