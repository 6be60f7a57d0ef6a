import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { Mark } from '#shared/series.ts';

/** Longer texts are cut: a subject may be as long as a key. */
const MOST_CHARACTERS = 240;

/** What an audit entry puts on every chart; null for what changes nothing in a cache: a plan, a refusal, a login. */
export function markOfEntry(entry: AuditEntry): Mark | null {
  const text = textOf(entry);
  if (text === null) return null;
  return {
    atMs: entry.atMs,
    kind: entry.action === 'probe' ? 'note' : 'purge',
    text: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text,
    auditSequence: entry.sequence,
  };
}

function textOf({ action, phase, subject, outcome, actor }: AuditEntry): string | null {
  if (action === 'login' || action === 'userChange') return null;
  const what = action === 'probe' ? 'Probe' : `${action === 'undo' ? 'Undo' : 'Purge'} of ${subject}`;
  switch (phase) {
    case 'planned':
    case 'asked':
    case 'approved':
    case 'declined':
    case 'withdrawn':
    case 'refused':
      return null;
    case 'started':
      return `${what} started by ${actor}`;
    case 'ended':
      return `${what} ${outcome}`;
    case 'interrupted':
      return `${what} was interrupted: ${outcome}`;
    default:
      return phase satisfies never;
  }
}
