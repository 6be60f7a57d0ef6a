import { createHash } from 'node:crypto';
import { type AuditEntry, auditEntrySchema } from '#shared/acting/auditEntry.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';

/** What the first entry names as the hash before it. */
export const GENESIS_HASH = '0'.repeat(64);

/** The end of the log as it was seen once, kept elsewhere: the only way to notice that the newest entries are gone. */
export interface AuditHead {
  readonly sequence: number;
  readonly hash: string;
}

/** `15:8f0c…`, as it is printed, kept beside the log and given to `audit verify`. */
export function formatHead({ sequence, hash }: AuditHead): string {
  return `${sequence}:${hash}`;
}

/** The head of such a text; null when it is none. */
export function parseHead(text: string): AuditHead | null {
  const match = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text.trim().toLowerCase());
  return match === null ? null : { sequence: Number(match[1]), hash: match[2] ?? '' };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The entry with its hash, which covers every field and, by `previousHash`, all entries before it. */
export function sealEntry(content: Omit<AuditEntry, 'hash'>): AuditEntry {
  return { ...content, hash: sha256(formatAuditLine(content)) };
}

/** The entry of a line, without its line end; or what is wrong with it, in a sentence. */
export function parseEntryLine(line: string): AuditEntry | string {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    return 'The line is not JSON.';
  }
  const result = auditEntrySchema.safeParse(parsed);
  if (!result.success) return 'The line is not an audit entry.';
  const { data: entry } = result;
  const isCanonical = formatAuditLine(entry) === line;
  // A canonical line without the field is the text that was hashed; quotes inside of texts are escaped, so it stands once.
  const hashed = isCanonical
    ? line.replace(`,"hash":"${entry.hash}"`, '')
    : formatAuditLine({ ...entry, hash: undefined });
  if (sha256(hashed) !== entry.hash) return 'The content does not match its hash: the entry was edited.';
  return isCanonical ? entry : 'The line is not written as this log writes it.';
}

/** True of what a crash may leave of a line. Its closing brace comes last, so no part of one is JSON. */
export function isCutShort(text: string): boolean {
  try {
    JSON.parse(text);
    return false;
  } catch {
    return true;
  }
}
