import { CALL_MEMORY_MS, CallNumbers } from '#cache/store/calls/callNumbers.ts';
import { ownKeyName } from '#shared/control/ownKeys.ts';

/** A call as the scripts of a structure know it again. */
export interface StructureCall {
  /** The bitmap, in the slot of the structure; null = there is no name for one, and the call is not known again. */
  readonly key: string | null;
  readonly bit: number;
  /** How long the call is known, ms. */
  readonly memoryMs: number;
}

export interface StructureCallKeysOptions {
  readonly prefix: string;
  /** Another in each process, also after a restart. */
  readonly instance: string;
  readonly isCluster: boolean;
}

/**
 * Where each structure has a bitmap of its own, it holds so many calls, 128 bytes: most structures see one call of it. Kept for
 * less long, too: ioredis sends again what was under way when it reconnects, and gives up after some seconds unless told otherwise.
 */
const SPANNED = { callsPerBitmap: 1_024, memoryMs: 600_000 };

/**
 * Numbers the calls that add to structures. One bitmap serves all structures of an instance, if they are in one slot; else
 * each has its own, whose hash tag is that of the structure, or its whole name.
 */
export class StructureCallKeys {
  readonly #prefix: string;
  readonly #isSpanned: boolean;
  readonly #numbers: CallNumbers;

  constructor({ prefix, instance, isCluster }: StructureCallKeysOptions) {
    this.#prefix = prefix;
    this.#isSpanned = isCluster && hashTagOf(prefix) === null;
    this.#numbers = new CallNumbers(instance, this.#isSpanned ? SPANNED.callsPerBitmap : undefined);
  }

  take(structureKey: string): StructureCall {
    const { bitmap, bit } = this.#numbers.take();
    const base = ownKeyName(this.#prefix, 'structure-calls:');
    if (!this.#isSpanned) return { key: base + bitmap, bit, memoryMs: CALL_MEMORY_MS };
    const tag = hashTagOf(structureKey) ?? structureKey;
    // A tag ends at the first brace, so such a name cannot be one.
    const key = tag.includes('}') ? null : `${base}{${tag}}:${bitmap}`;
    return { key, bit, memoryMs: SPANNED.memoryMs };
  }
}

/** What alone decides the slot of a name; null = the whole name does. */
function hashTagOf(name: string): string | null {
  return /^[^{]*\{([^}]+)\}/.exec(name)?.[1] ?? null;
}
