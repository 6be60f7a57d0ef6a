import type { AuditEntry } from '#shared/acting/auditEntry.ts';

/** Characters that JSON leaves as they are but that a terminal obeys or hides: DEL, C1 controls, bidi, zero-width. */
const HIDDEN = /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** A text as an audit line writes it, with its quotes. */
export function quoteAuditText(text: string): string {
  return JSON.stringify(text).replace(
    HIDDEN,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'string') return quoteAuditText(value);
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields = Object.entries(value)
    .filter(([, field]) => field !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, field]) => `${quoteAuditText(name)}:${canonicalJson(field)}`);
  return `{${fields.join(',')}}`;
}

/**
 * The one text of an entry, without a line end: JSON with sorted keys and nothing that a terminal would obey. The log
 * and its exports write it, so that an export can be verified as the log can.
 */
export function formatAuditLine(entry: AuditEntry | Omit<AuditEntry, 'hash'>): string {
  return canonicalJson(entry);
}
