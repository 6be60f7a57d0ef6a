import { open } from 'node:fs/promises';
import { GENESIS_HASH, parseEntryLine } from './auditChain.ts';
import { readLinesForward } from './readAuditLines.ts';

/** The end of the log as it was seen once, kept elsewhere: the only way to notice that the newest entries are gone. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

export type AuditVerdict =
  | { readonly isIntact: true; readonly entryCount: number; readonly head: AuditHead | null }
  | { readonly isIntact: false; readonly lineNumber: number; readonly problem: string };

/**
 * Reads the whole log and finds edited, dropped and reordered entries; with a `head` noted before, also removed newest
 * entries and a log that was rewritten as a whole. Without one, a log that was cut at an entry's end looks intact.
 */
export async function verifyAuditLog(path: string, expectedHead?: AuditHead): Promise<AuditVerdict> {
  await using file = await open(path, 'r');
  let head: AuditHead | null = null;
  let lineNumber = 0;
  let isHeadSeen = expectedHead === undefined;
  for await (const line of readLinesForward(file)) {
    lineNumber += 1;
    const entry = parseEntryLine(line.text);
    if (typeof entry === 'string') return { isIntact: false, lineNumber, problem: entry };
    const expectedSequence: number = (head?.sequence ?? 0) + 1;
    if (entry.sequence !== expectedSequence) {
      const problem = `Entry ${entry.sequence} stands where entry ${expectedSequence} belongs: dropped or reordered.`;
      return { isIntact: false, lineNumber, problem };
    }
    if (entry.previousHash !== (head?.hash ?? GENESIS_HASH)) {
      return { isIntact: false, lineNumber, problem: 'The entry does not follow the one before it.' };
    }
    head = { sequence: entry.sequence, hash: entry.hash };
    if (head.sequence === expectedHead?.sequence) isHeadSeen = head.hash === expectedHead.hash;
  }
  if (!isHeadSeen) {
    const problem = `Entry ${expectedHead?.sequence} of the noted head is missing or different: truncated or rewritten.`;
    return { isIntact: false, lineNumber, problem };
  }
  return { isIntact: true, entryCount: lineNumber, head };
}
