import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { letterStreamOwner } from '#shared/letters/letterStreams.ts';
import type { Mark } from '#shared/series.ts';

/** Longer texts are cut: a subject may be as long as a key. */
const MOST_CHARACTERS = 240;

interface MarkedAction {
  readonly kind: Mark['kind'];
  readonly what: (entry: AuditEntry) => string;
}

/** What an action puts on charts; null = nothing, since it changes nothing in a cache. */
const markedActions: Readonly<Record<AuditEntry['action'], MarkedAction | null>> = {
  purge: { kind: 'purge', what: ({ subject }) => `Purge of ${subject}` },
  purgeTag: { kind: 'purge', what: ({ subject }) => `Purge of ${subject}` },
  mark: { kind: 'purge', what: ({ subject }) => `Purge of ${subject}` },
  repair: { kind: 'note', what: ({ subject }) => `Repair of ${subject}` },
  undo: { kind: 'purge', what: ({ subject }) => `Undo of ${subject}` },
  warm: { kind: 'warm', what: ({ subject }) => `Warm-up of ${subject}` },
  letters: {
    kind: 'note',
    what: ({ subject }) => `Settling of dead letters of ${letterStreamOwner(subject)}`,
  },
  probe: { kind: 'note', what: () => 'Probe' },
  login: null,
  userChange: null,
  readValue: null,
  compare: null,
};

/** What an audit entry puts on every chart; null for what changes nothing in a cache: a plan, a refusal, a login. */
export function markOfEntry(entry: AuditEntry): Mark | null {
  const marked = markedActions[entry.action];
  const text = marked === null ? null : textOf(marked.what(entry), entry);
  if (marked === null || text === null) return null;
  return {
    atMs: entry.atMs,
    kind: marked.kind,
    text: text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS - 1)}…` : text,
    auditSequence: entry.sequence,
  };
}

function textOf(what: string, { phase, outcome, actor }: AuditEntry): string | null {
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
