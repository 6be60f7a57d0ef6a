import { open } from 'node:fs/promises';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { type AuditHead, GENESIS_HASH, isCutShort, parseEntryLine } from './auditChain.ts';
import { type AuditLine, readLinesForward } from './readAuditLines.ts';

/**
 * `unchained`: the entry is whole, but follows another one than the one that stands before it. `rewritten`: the chain is
 * whole, and is not the one that the noted head ends.
 */
export type AuditFaultKind =
  | 'edited'
  | 'dropped'
  | 'reordered'
  | 'repeated'
  | 'unchained'
  | 'truncated'
  | 'rewritten';

/** The first thing that is wrong. */
export interface AuditFault {
  readonly kind: AuditFaultKind;
  /** From 1; of a truncated log the line that should follow its last. */
  readonly lineNumber: number;
  readonly problem: string;
}

export interface AuditVerdict {
  readonly isIntact: boolean;
  readonly fault: AuditFault | null;
  /** Entries before the fault, or all. */
  readonly entryCount: number;
  /** Of the newest of them. */
  readonly head: AuditHead | null;
  readonly firstAtMs: number | null;
  readonly lastAtMs: number | null;
  /** Runs of entries without a gap; more than one only where an excerpt was allowed. */
  readonly runCount: number;
  /** Bytes after the last entry that a crash left of a line; the next start of the server sets them aside. */
  readonly tornByteCount: number;
}

export interface VerifyOptions {
  /** Heads that were noted earlier; each must be part of the log. */
  readonly heads?: readonly AuditHead[];
  /** The file may begin anywhere and have gaps, as an export with filters has. */
  readonly isExcerpt?: boolean;
  /** Bytes after this one are another time's concern. */
  readonly endByte?: number;
  /** Called after each chunk of the file; reading goes on when it resolves. */
  readonly onProgress?: (entryCount: number, readByteCount: number) => Promise<void> | void;
}

/**
 * Reads the whole log and finds edited, dropped, repeated and reordered entries; with a head noted before, also removed
 * newest entries and a log that was rewritten as a whole. Without one, a log that was cut at an entry's end looks intact.
 * Rejects when the file cannot be read.
 */
export async function verifyAuditLog(path: string, options: VerifyOptions = {}): Promise<AuditVerdict> {
  await using file = await open(path, 'r');
  const walk = new ChainWalk(options);
  for await (const lines of readLinesForward(file, { endByte: options.endByte })) {
    for (const line of lines) walk.take(line);
    if (walk.isDecided) break;
    await options.onProgress?.(walk.entryCount, lines.at(-1)?.endByte ?? 0);
  }
  return walk.verdict();
}

class ChainWalk {
  entryCount = 0;
  readonly #isExcerpt: boolean;
  readonly #heads: readonly AuditHead[];
  #lineNumber = 0;
  #last: AuditEntry | null = null;
  #firstAtMs: number | null = null;
  #runCount = 0;
  #tornByteCount = 0;
  #fault: AuditFault | null = null;
  /** The sequence whose absence is the fault: whether it comes later tells a removal from another order. */
  #missing: number | null = null;

  constructor({ heads = [], isExcerpt = false }: VerifyOptions) {
    this.#heads = heads;
    this.#isExcerpt = isExcerpt;
  }

  /** True when no further line changes the verdict. */
  get isDecided(): boolean {
    return this.#fault !== null && this.#missing === null;
  }

  take(line: AuditLine): void {
    this.#lineNumber += 1;
    if (this.#fault !== null) {
      this.#lookForMissing(line.text);
      return;
    }
    const entry = parseEntryLine(line.text);
    if (typeof entry !== 'string') this.#follow(entry);
    else if (!line.hasEnd && isCutShort(line.text)) this.#tornByteCount = Buffer.byteLength(line.text);
    else this.#fault = this.#faultHere('edited', entry);
  }

  verdict(): AuditVerdict {
    const last = this.#last;
    this.#fault ??= this.#tailFault();
    return {
      isIntact: this.#fault === null,
      fault: this.#fault,
      entryCount: this.entryCount,
      head: last === null ? null : { sequence: last.sequence, hash: last.hash },
      firstAtMs: this.#firstAtMs,
      lastAtMs: last?.atMs ?? null,
      runCount: this.#runCount,
      tornByteCount: this.#tornByteCount,
    };
  }

  #follow(entry: AuditEntry): void {
    const expected = (this.#last?.sequence ?? 0) + 1;
    const isNewRun = this.#isExcerpt && (this.#last === null || entry.sequence > expected);
    this.#fault = isNewRun ? this.#headFault(entry) : this.#faultOf(entry, expected);
    if (this.#fault !== null) return;
    if (isNewRun || this.#runCount === 0) this.#runCount += 1;
    this.#firstAtMs ??= entry.atMs;
    this.#last = entry;
    this.entryCount += 1;
  }

  #faultOf(entry: AuditEntry, expected: number): AuditFault | null {
    const { sequence } = entry;
    if (sequence < expected) {
      // Without gaps, every entry below the expected one has stood before.
      const isRepeated = !this.#isExcerpt || sequence === expected - 1;
      const how = isRepeated ? 'it has stood before' : 'the order was changed';
      const problem = `Entry ${sequence} stands where entry ${expected} belongs: ${how}.`;
      return this.#faultHere(isRepeated ? 'repeated' : 'reordered', problem);
    }
    if (sequence > expected) {
      this.#missing = expected;
      const isOne = sequence - 1 === expected;
      const missing = isOne ? `Entry ${expected} is` : `Entries ${expected} to ${sequence - 1} are`;
      return this.#faultHere('dropped', `${missing} missing: entry ${sequence} stands in that place.`);
    }
    if (entry.previousHash !== (this.#last?.hash ?? GENESIS_HASH)) {
      const problem = `Entry ${sequence} does not follow the entry before it: one of the two was replaced.`;
      return this.#faultHere('unchained', problem);
    }
    return this.#headFault(entry);
  }

  #headFault({ sequence, hash }: AuditEntry): AuditFault | null {
    const isNoted = ({ hash: noted, ...head }: AuditHead) => head.sequence !== sequence || noted === hash;
    if (this.#heads.every(isNoted)) return null;
    const problem = `Entry ${sequence} is another one than the head that was noted: the log was rewritten.`;
    return this.#faultHere('rewritten', problem);
  }

  #lookForMissing(text: string): void {
    if (this.#missing === null || this.#fault === null) return;
    if (!text.includes(`"sequence":${this.#missing},`)) return;
    const { lineNumber } = this.#fault;
    const problem = `Entry ${this.#missing} comes later, on line ${this.#lineNumber}: the order was changed.`;
    this.#fault = { kind: 'reordered', lineNumber, problem };
    this.#missing = null;
  }

  #tailFault(): AuditFault | null {
    const lastSequence = this.#last?.sequence ?? 0;
    const lost = this.#heads.find(({ sequence }) => sequence > lastSequence);
    if (lost === undefined) return null;
    const problem = `The log ends with entry ${lastSequence}, and entry ${lost.sequence} was noted as its head: the newest entries were removed.`;
    return { kind: 'truncated', lineNumber: this.entryCount + 1, problem };
  }

  #faultHere(kind: AuditFaultKind, problem: string): AuditFault {
    return { kind, lineNumber: this.#lineNumber, problem };
  }
}
