import type { PatternNode } from './patternNode.ts';
import { SHORTEST_HASH_CHARS } from './segmentForm.ts';

/**
 * Ways through the tree by what their keys share: the literal segments and the places of short numbers. Most keys differ
 * from one seen before in a number alone; finding their way by one look at each character costs a tenth of walking it.
 */
export interface ShapeCache {
  /** The way that a walk of this key would find; null when it is not known. */
  find(key: string): readonly PatternNode[] | null;
  /** Slot of the key that was looked at last, 0 when that key has no shape. */
  readonly keyBit: number;
  /** Keeps the way of the key that was looked at last: one place for each segment, each known by its text or a short number. */
  keep(key: string, way: readonly PatternNode[]): void;
}

/** More segments could be an IPv6 address, which is cut otherwise. */
const MAX_SHAPE_SEGMENTS = 7;
const MAX_SHAPE_CHARS = 256;
const MAX_WAYS = 4_096;
/** Longer keys are told apart by their beginning. */
const MAX_SLOT_CHARS = 2_048;

const COLON = 0x3a;
const SLASH = 0x2f;
const BAR = 0x7c;
const OPENING_BRACE = 0x7b;

interface Shape {
  /** The key that the way was found with. */
  readonly key: string;
  readonly marks: Int32Array;
  readonly way: readonly PatternNode[];
}

/** FNV-1a; its low bits alone follow the last character. */
const HASH_START = 0x811c9dc5;
const HASH_FACTOR = 0x01000193;
/** Stands for any short number in the hash of a shape. */
const NUMBER_CODE = 0x10000;

/** One of 32 slots for a key. */
export function slotOf(key: string): number {
  let hash = HASH_START;
  const length = Math.min(key.length, MAX_SLOT_CHARS);
  for (let index = 0; index < length; index += 1) hash = Math.imul(hash ^ key.charCodeAt(index), HASH_FACTOR);
  return slotOfHash(hash);
}

function slotOfHash(hash: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return 1 << ((mixed ^ (mixed >>> 13)) & 31);
}

/** A cache of ways through this tree. */
export function createShapeCache(tree: { readonly removalCount: number }): ShapeCache {
  return new WayByShape(tree);
}

class WayByShape implements ShapeCache {
  readonly #shapes = new Map<number, Shape>();
  /** Start, end, and 1 for a short number, of each segment of the key that was looked at last. */
  readonly #marks = new Int32Array(MAX_SHAPE_SEGMENTS * 3);
  #segmentCount = 0;
  #hash = 0;
  readonly #tree: { readonly removalCount: number };
  #removalCount = 0;
  keyBit = 0;

  constructor(tree: { readonly removalCount: number }) {
    this.#tree = tree;
  }

  find(key: string): readonly PatternNode[] | null {
    // A place that left the tree has handed its keys to another.
    if (this.#removalCount !== this.#tree.removalCount) this.#shapes.clear();
    this.#removalCount = this.#tree.removalCount;
    if (!this.#read(key)) return null;
    const shape = this.#shapes.get(this.#hash);
    return shape !== undefined && this.#isLike(shape, key) ? shape.way : null;
  }

  keep(key: string, way: readonly PatternNode[]): void {
    if (this.#segmentCount === 0 || way.length !== this.#segmentCount) return;
    if (this.#shapes.size >= MAX_WAYS) this.#shapes.clear();
    this.#shapes.set(this.#hash, { key, marks: this.#marks.slice(0, this.#segmentCount * 3), way });
  }

  /** Parts a key and hashes it and its shape; false for keys that may part otherwise than at each separator. */
  #read(key: string): boolean {
    this.#segmentCount = 0;
    this.keyBit = 0;
    const { length } = key;
    if (length > MAX_SHAPE_CHARS) return false;
    let keyHash = HASH_START;
    let shapeHash = HASH_START;
    let from = 0;
    let isNumber = true;
    let segmentHash = HASH_START;
    let count = 0;
    for (let at = 0; at <= length; at += 1) {
      const code = at === length ? COLON : key.charCodeAt(at);
      if (code === OPENING_BRACE) return false;
      if (code === COLON || code === SLASH || code === BAR) {
        // Empty segments make IPv6 addresses.
        if (at === from || count === MAX_SHAPE_SEGMENTS) return false;
        const isShortNumber = isNumber && at - from < SHORTEST_HASH_CHARS;
        this.#marks[count * 3] = from;
        this.#marks[count * 3 + 1] = at;
        this.#marks[count * 3 + 2] = isShortNumber ? 1 : 0;
        count += 1;
        shapeHash = Math.imul(shapeHash ^ (isShortNumber ? NUMBER_CODE : segmentHash), HASH_FACTOR);
        if (at < length) shapeHash = Math.imul(shapeHash ^ code, HASH_FACTOR);
        from = at + 1;
        isNumber = true;
        segmentHash = HASH_START;
      } else {
        if (code < 0x30 || code > 0x39) isNumber = false;
        segmentHash = Math.imul(segmentHash ^ code, HASH_FACTOR);
      }
      if (at < length) keyHash = Math.imul(keyHash ^ code, HASH_FACTOR);
    }
    // Without a main separator it parts at others.
    if (count < 2) return false;
    this.#segmentCount = count;
    this.#hash = shapeHash & 0x3fffffff;
    this.keyBit = slotOfHash(keyHash);
    return true;
  }

  /** Two shapes may have one hash. */
  #isLike({ key: known, marks }: Shape, key: string): boolean {
    if (marks.length !== this.#segmentCount * 3) return false;
    for (let mark = 0; mark < marks.length; mark += 3) {
      const isNumber = marks[mark + 2] ?? 0;
      if (isNumber !== this.#marks[mark + 2]) return false;
      let at = this.#marks[mark] ?? 0;
      let knownAt = marks[mark] ?? 0;
      // Segments are compared with the separators in front of them.
      if (at > 0) {
        if (key.charCodeAt(at - 1) !== known.charCodeAt(knownAt - 1)) return false;
      }
      if (isNumber === 1) continue;
      const end = marks[mark + 1] ?? 0;
      if (end - knownAt !== (this.#marks[mark + 1] ?? 0) - at) return false;
      for (; knownAt < end; knownAt += 1, at += 1) {
        if (key.charCodeAt(at) !== known.charCodeAt(knownAt)) return false;
      }
    }
    return true;
  }
}
