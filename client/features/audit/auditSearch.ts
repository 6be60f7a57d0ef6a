import type { PageSearch } from '#client/lib/urlState.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { AuditFilter } from '#shared/audit/auditFilter.ts';

/** The names of acts, in the order in which they are offered. */
export const actionNames: Record<AuditEntry['action'], string> = {
  purge: 'purge',
  mark: 'purge by mark',
  undo: 'undo',
  warm: 'warming',
  letters: 'dead letters',
  repair: 'repair of a tag',
  probe: 'probe',
  login: 'login',
  compare: 'comparison',
  readValue: 'read value',
  userChange: 'user change',
  // In logs of earlier versions.
  purgeTag: 'purge tag',
};

export const phaseNames: Record<AuditEntry['phase'], string> = {
  planned: 'planned',
  asked: 'asked',
  approved: 'approved',
  declined: 'declined',
  withdrawn: 'withdrawn',
  started: 'started',
  ended: 'ended',
  refused: 'refused',
  interrupted: 'interrupted',
};

/** How jobs end. */
const STATES = ['completed', 'cancelled', 'failed', 'unknown'];

interface Option {
  readonly value: string;
  readonly text: string;
}

/** `''` = all of them. */
export const actionOptions: readonly Option[] = [
  { value: '', text: 'any act' },
  ...Object.entries(actionNames).map(([value, text]) => ({ value, text })),
];

/** Phases, and the ends by how they ended, as `ended:failed`. */
export const phaseOptions: readonly Option[] = [
  { value: '', text: 'any phase' },
  ...Object.entries(phaseNames).flatMap(([value, text]) => [
    { value, text },
    ...(value === 'ended'
      ? STATES.map((state) => ({ value: `ended:${state}`, text: `ended: ${state}` }))
      : []),
  ]),
];

/** What the address narrows the entries to. */
export function auditFilterOf({ q, actor, action, phase, plan, since, until }: PageSearch): AuditFilter {
  const [phaseName, state] = phase?.split(':') ?? [];
  const filter: AuditFilter = {
    text: q,
    actor,
    action,
    phase: phaseName,
    state,
    planId: plan,
    sinceMs: since,
    untilMs: until,
  };
  return Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined));
}

export function isNarrowed(search: PageSearch): boolean {
  return Object.keys(auditFilterOf(search)).length > 0;
}

/** All entries again, the newest first. */
export const nothingNarrowed: PageSearch = {
  q: undefined,
  actor: undefined,
  action: undefined,
  phase: undefined,
  plan: undefined,
  since: undefined,
  until: undefined,
  before: undefined,
};

/** A moment as the browser's field for date and time takes it, in the viewer's zone. */
export function fieldTime(atMs: number | undefined): string {
  if (atMs === undefined) return '';
  const at = new Date(atMs);
  const [month, day, hours, minutes] = [at.getMonth() + 1, at.getDate(), at.getHours(), at.getMinutes()].map(
    (part) => String(part).padStart(2, '0'),
  );
  return `${at.getFullYear()}-${month}-${day}T${hours}:${minutes}`;
}

/** The moment of such a field; undefined while it is not complete. */
export function timeOfField(text: string): number | undefined {
  const atMs = /T\d\d:\d\d/.test(text) ? new Date(text).getTime() : Number.NaN;
  return Number.isSafeInteger(atMs) && atMs > 0 ? atMs : undefined;
}
