import { bitCount, createNode, type PatternNode } from './patternNode.ts';

/**
 * A position is one of many words when its words are estimated to be this many in all. "Hundreds" is what a person calls
 * slugs; the sections of one service or the services of one Redis stay well below. Lower hides sections, higher lets
 * slugs fill the table.
 */
const MANY_WORDS = 200;
/** Words needed before their number is estimated: 24 single keys below one position are a list and not sections. */
const MIN_WORDS_TO_JUDGE = 24;
/** Distinct keys that keep a word literal when its position collapses: it is a section among slugs. */
const SECTION_KEY_BITS = 4;
/** Evidence that a word seen among slugs is a section after all: 20 of 32 bits, some 31 distinct keys. */
const PROMOTION_KEY_BITS = 20;
/** Words watched for promotion; a section needs about 1/32 of its position's keys to be found. */
const MAX_CANDIDATES = 32;
/** Sections that a collapsed position keeps. Past it they are tenants, each with many keys, and one of many themselves. */
const MAX_SECTIONS = 100;
/** Literal members of one numbered family; `v1` to `v10` stay visible, a fourteenth shard does not need a row. */
const MAX_NUMBERED = 10;
/** Sections that kept few keys while the slugs beside them grew are re-judged when the slugs double. */
const FIRST_REVIEW_VISITS = 256;
const REVIEW_KEY_BITS = 8;

/** A literal child to find or make. */
export interface Word {
  readonly separator: string;
  readonly text: string;
  /** Letters of a numbered word. */
  readonly stem: string | null;
}

/** The tree of patterns, with at most `maxNodes` places. It only grows by `childOf` and `wordOf`. */
export class PatternTree {
  readonly root = createNode('', false);
  admittedCount = 0;
  nodeCount = 1;
  /** Rises whenever places left the tree: a way that was found before may lead elsewhere now. */
  removalCount = 0;
  round = 0;
  readonly #maxNodes: number;

  constructor(maxNodes: number) {
    this.#maxNodes = maxNodes;
  }

  get isFull(): boolean {
    return this.nodeCount >= this.#maxNodes;
  }

  /** A child that is no word, made when missing; null when the tree is full. */
  childOf(node: PatternNode, fragment: string): PatternNode | null {
    return node.children.get(fragment) ?? this.#add(node, fragment, false);
  }

  /** The child of a word that has no literal child yet: a new literal, or the placeholder of its position. Null when full. */
  wordOf(node: PatternNode, word: Word, keyBit: number): PatternNode | null {
    const fragment = word.separator + word.text;
    if (word.stem !== null) {
      const numbered = this.#numberedOf(node, word, fragment);
      if (numbered !== undefined) return numbered;
    }
    if (node.isCollapsed) {
      if (this.#isPromoted(node, fragment, keyBit)) return this.#add(node, fragment, true);
      const slug = this.#slugOf(node, word.separator);
      if (slug !== null) this.#review(node, slug.visitCount);
      return slug;
    }
    const child = this.#add(node, fragment, true);
    if (child === null) return null;
    child.keyBits = keyBit;
    if (node.wordCount >= MIN_WORDS_TO_JUDGE && estimateWords(node) >= MANY_WORDS) {
      this.#collapse(node, SECTION_KEY_BITS);
      return this.knownWord(node, word);
    }
    return child;
  }

  /** Where a word leads without learning: its literal child, its numbered family, the slugs of its position, or null. */
  knownWord(node: PatternNode, word: Word): PatternNode | null {
    const literal = node.children.get(word.separator + word.text);
    if (literal !== undefined) return literal;
    const numbered = word.stem === null ? undefined : node.children.get(`${word.separator}${word.stem}{n}`);
    if (numbered !== undefined) return numbered;
    if (!node.isCollapsed || isVersion(word.stem)) return null;
    return node.children.get(`${word.separator}{slug}`) ?? null;
  }

  /** Words that turn out to be hashes spelt with letters only join the child of the hashes; sections stay. */
  mergeHashes(node: PatternNode, separator: string, isHash: (word: string) => boolean): void {
    const hashes = this.childOf(node, `${separator}{hash}`);
    this.#mergeWords(node, (fragment, child) => {
      if (this.#separatorOf(fragment, node) !== separator || bitCount(child.keyBits) >= SECTION_KEY_BITS)
        return null;
      return isHash(fragment.slice(separator.length)) ? hashes : null;
    });
  }

  visit(node: PatternNode, keyBit: number): void {
    node.keyBits |= keyBit;
    node.visitCount += 1;
    node.lastRound = this.round;
  }

  /** Forgets what no key has visited since `round`. */
  prune(round: number): void {
    this.#pruneBelow(this.root, round);
  }

  #pruneBelow(node: PatternNode, round: number): void {
    for (const [fragment, child] of node.children) {
      if (child.lastRound >= round) this.#pruneBelow(child, round);
      else {
        this.#drop(child);
        this.removalCount += 1;
        node.children.delete(fragment);
        if (child.isWord) node.wordCount -= 1;
      }
    }
  }

  /** Undefined = not a matter of numbers: treat it as any word. */
  #numberedOf(node: PatternNode, word: Word, fragment: string): PatternNode | null | undefined {
    const stem = word.separator + (word.stem ?? '');
    const seen = node.stems?.get(stem) ?? 0;
    if (seen === Number.POSITIVE_INFINITY) return this.childOf(node, `${stem}{n}`);
    if (node.isCollapsed && !isVersion(word.stem)) return undefined;
    node.stems ??= new Map();
    if (seen < MAX_NUMBERED) {
      // Hostile letters must not grow this without bound; their words are counted as words anyway.
      if (node.stems.size < MANY_WORDS) node.stems.set(stem, seen + 1);
      return node.isCollapsed ? this.#add(node, fragment, true) : undefined;
    }
    const family = this.childOf(node, `${stem}{n}`);
    if (family === null) return null;
    node.stems.set(stem, Number.POSITIVE_INFINITY);
    const isMember = (name: string) => name.startsWith(stem) && /^[\d.]+$/.test(name.slice(stem.length));
    this.#mergeWords(node, (name) => (isMember(name) ? family : null));
    return family;
  }

  /** Judges the sections beside slugs again whenever the slugs have become twice as many. */
  #review(node: PatternNode, slugVisits: number): void {
    const isPowerOfTwo = (slugVisits & (slugVisits - 1)) === 0;
    if (isPowerOfTwo && slugVisits >= FIRST_REVIEW_VISITS) this.#collapse(node, REVIEW_KEY_BITS);
  }

  /** At the start of a key a fragment has no separator; elsewhere it begins with it. */
  #separatorOf(fragment: string, parent: PatternNode): string {
    return parent === this.root ? '' : fragment.charAt(0);
  }

  #isPromoted(node: PatternNode, fragment: string, keyBit: number): boolean {
    if (node.wordCount >= MAX_SECTIONS) return false;
    node.candidates ??= new Map();
    const bits = (node.candidates.get(fragment) ?? 0) | keyBit;
    if (bitCount(bits) >= PROMOTION_KEY_BITS) {
      node.candidates.delete(fragment);
      return true;
    }
    if (node.candidates.size >= MAX_CANDIDATES && !node.candidates.has(fragment)) weaken(node.candidates);
    if (node.candidates.size < MAX_CANDIDATES || node.candidates.has(fragment))
      node.candidates.set(fragment, bits);
    return false;
  }

  #slugOf(node: PatternNode, separator: string): PatternNode | null {
    return this.childOf(node, `${separator}{slug}`);
  }

  /** Words with fewer than `keepKeyBits` become `{slug}`; all of them when too many would stay. */
  #collapse(node: PatternNode, keepKeyBits: number): void {
    node.isCollapsed = true;
    this.#mergeThin(node, keepKeyBits);
    if (node.wordCount > MAX_SECTIONS) this.#mergeThin(node, Number.POSITIVE_INFINITY);
  }

  #mergeThin(node: PatternNode, keepKeyBits: number): void {
    this.#mergeWords(node, (fragment, child) => {
      const separator = this.#separatorOf(fragment, node);
      if (isVersionText(fragment.slice(separator.length))) return null;
      return bitCount(child.keyBits) < keepKeyBits ? this.#slugOf(node, separator) : null;
    });
  }

  /** Moves words into the child that `targetFor` names; null leaves a word where it is. */
  #mergeWords(
    node: PatternNode,
    targetFor: (fragment: string, child: PatternNode) => PatternNode | null,
  ): void {
    for (const [fragment, child] of [...node.children]) {
      const target = child.isWord ? targetFor(fragment, child) : null;
      if (target === null) continue;
      this.removalCount += 1;
      node.children.delete(fragment);
      node.wordCount -= 1;
      this.#merge(child, target);
    }
  }

  #merge(from: PatternNode, into: PatternNode): void {
    into.keyBits |= from.keyBits;
    into.visitCount += from.visitCount;
    into.lastRound = Math.max(into.lastRound, from.lastRound);
    into.hashLengths |= from.hashLengths;
    into.plainEightCount = Math.max(into.plainEightCount, from.plainEightCount);
    this.nodeCount -= 1;
    if (from.isAdmitted && into.isAdmitted) this.admittedCount -= 1;
    into.isAdmitted ||= from.isAdmitted;
    for (const [stem, seen] of from.stems ?? []) {
      into.stems ??= new Map();
      if (seen === Number.POSITIVE_INFINITY) into.stems.set(stem, seen);
    }
    if (from.isCollapsed && !into.isCollapsed) this.#collapse(into, SECTION_KEY_BITS);
    for (const [fragment, child] of from.children) {
      const target = this.#mergeTarget(into, fragment, child);
      if (target === null) this.#drop(child);
      else this.#merge(child, target);
    }
    if (!into.isCollapsed && into.wordCount >= MIN_WORDS_TO_JUDGE && estimateWords(into) >= MANY_WORDS) {
      this.#collapse(into, SECTION_KEY_BITS);
    }
  }

  #mergeTarget(into: PatternNode, fragment: string, child: PatternNode): PatternNode | null {
    const known = into.children.get(fragment);
    if (known !== undefined) return known;
    const separator = this.#separatorOf(fragment, into);
    const isSlug =
      child.isWord &&
      into.isCollapsed &&
      bitCount(child.keyBits) < SECTION_KEY_BITS &&
      !isVersionText(fragment.slice(separator.length));
    return isSlug ? this.#slugOf(into, separator) : this.#add(into, fragment, child.isWord);
  }

  #add(node: PatternNode, fragment: string, isWord: boolean): PatternNode | null {
    const known = node.children.get(fragment);
    if (known !== undefined) return known;
    if (this.isFull) return null;
    const child = createNode(node.text + fragment, isWord);
    child.lastRound = this.round;
    node.children.set(fragment, child);
    if (isWord) node.wordCount += 1;
    this.nodeCount += 1;
    return child;
  }

  #drop(node: PatternNode): void {
    this.nodeCount -= 1;
    if (node.isAdmitted) this.admittedCount -= 1;
    for (const child of node.children.values()) this.#drop(child);
  }
}

/**
 * Words that a position has in all, seen or not (Chao 1984, bias-corrected): many words with one key and few with two
 * mean that most are still unseen. Forty sections give forty at any time; a thousand slugs give hundreds after forty.
 */
function estimateWords(node: PatternNode): number {
  let once = 0;
  let twice = 0;
  for (const child of node.children.values()) {
    if (!child.isWord) continue;
    const bits = child.keyBits;
    // One bit set, two bits set: cheaper than counting them all.
    const fewer = bits & (bits - 1);
    if (fewer === 0) once += 1;
    else if ((fewer & (fewer - 1)) === 0) twice += 1;
  }
  return node.wordCount + (once * (once - 1)) / (2 * (twice + 1));
}

/** Makes room among candidates as Misra and Gries do (1982): one that has one key goes, or else all lose a little. */
function weaken(candidates: Map<string, number>): void {
  for (const [fragment, bits] of candidates) {
    if ((bits & (bits - 1)) !== 0) continue;
    candidates.delete(fragment);
    return;
  }
  for (const [fragment, bits] of candidates) candidates.set(fragment, bits & (bits - 1));
}

/** A version must stay visible among slugs: its change is what an operator looks for. */
function isVersion(stem: string | null): boolean {
  return stem === 'v' || stem === 'V';
}

function isVersionText(text: string): boolean {
  return /^v\d+(?:\.\d+)*$/i.test(text);
}
