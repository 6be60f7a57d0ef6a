import { createHash } from 'node:crypto';
import { type AuditEntry, auditEntrySchema } from '#shared/acting/auditEntry.ts';

/** What the first entry names as the hash before it. */
export const GENESIS_HASH = '0'.repeat(64);

/** Characters that JSON leaves as they are but that a terminal obeys or hides: DEL, C1 controls, bidi, zero-width. */
const HIDDEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    HIDDEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** JSON with sorted keys and nothing that a terminal would obey, so that one entry has one text. */
function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'string') return quoted(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${quoted(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

function hashOf(content: Omit<AuditEntry, 'hash'>): string {
  return createHash('sha256').update(canonicalJson(content)).digest('hex');
}

/** The entry with its hash, which covers every field and, by `previousHash`, all entries before it. */
export function sealEntry(content: Omit<AuditEntry, 'hash'>): AuditEntry {
  return { ...content, hash: hashOf(content) };
}

export function formatEntryLine(entry: AuditEntry): string {
  return `${canonicalJson(entry)}\n`;
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
  const { hash, ...content } = result.data;
  if (hashOf(content) !== hash) return 'The content does not match its hash: the entry was edited.';
  if (canonicalJson(result.data) !== line) return 'The line is not written as this log writes it.';
  return result.data;
}
