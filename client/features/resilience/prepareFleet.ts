import type { Severity } from '#client/ui/SeveritySign.tsx';
import { isForced } from '#shared/services/breakerState.ts';
import { causeOf, guardsRedis } from '#shared/services/causeOf.ts';
import type { BreakerRow, ResilienceAnswer } from './resilienceModel.ts';

/** One thing that the strips say together. */
export interface FleetNote {
  readonly id: string;
  readonly severity: Severity;
  readonly text: string;
  /** What it means, or what to do. */
  readonly meaning: string;
  /** Since when; null = not known, or it has no time. */
  readonly sinceMs: number | null;
}

/** A note of one service, before those of several that say the same become one. */
interface ServiceNote extends FleetNote {
  /** How many breakers of which service, when all of them keep calls back; null = another note. */
  readonly whole: { readonly name: string; readonly count: number } | null;
}

export interface FleetModel {
  readonly breakerCount: number;
  /** Half-open ones included: they probe, and keep all other calls back. */
  readonly openCount: number;
  readonly halfOpenCount: number;
  readonly forcedCount: number;
  readonly unknownCount: number;
  /** Since when the first of those that are not closed now was not; null = none is, or it is not known. */
  readonly awaySinceMs: number | null;
  readonly instanceCount: number;
  readonly silentCount: number;
  readonly relief: Relief | null;
  readonly notes: readonly FleetNote[];
}

/** What all instances together did over their last minute. */
export interface Relief {
  readonly shedCount: number;
  readonly staleServedCount: number;
  readonly coalescedCount: number;
  readonly notPermittedCount: number;
  readonly instanceCount: number;
}

/** Names that a note spells out. */
const NAMED = 3;

export function prepareFleet(
  rows: readonly BreakerRow[],
  {
    instances,
    connection,
    announcements,
    nowMs,
  }: Pick<ResilienceAnswer, 'instances' | 'connection' | 'announcements' | 'nowMs'>,
): FleetModel {
  const withBreaker = rows.filter(({ breaker }) => breaker !== null);
  const away = withBreaker.filter(isAway);
  const since = away.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
  const count = (isIt: (row: BreakerRow) => boolean) => withBreaker.filter(isIt).length;
  return {
    breakerCount: withBreaker.length,
    openCount: away.length,
    halfOpenCount: count(({ state }) => state === 'halfOpen'),
    forcedCount: count(({ state }) => state === 'forcedOpen' || state === 'disabled'),
    unknownCount: count(({ state }) => state === 'unknown' || state === 'silent'),
    awaySinceMs: since.length === 0 ? null : Math.min(...since),
    instanceCount: instances.length,
    silentCount: instances.filter(({ silentSinceMs }) => silentSinceMs !== null).length,
    relief: reliefOf(instances),
    notes: [
      ...connectionNotes(connection, announcements),
      ...joinWhole(byService(withBreaker).flatMap((ofService) => serviceNotes(ofService, nowMs))),
      ...silentNotes(instances),
    ],
  };
}

function isOpen({ state }: BreakerRow): boolean {
  return state === 'open' || state === 'forcedOpen';
}

function isAway(row: BreakerRow): boolean {
  return isOpen(row) || row.state === 'halfOpen';
}

function byService(rows: readonly BreakerRow[]): readonly (readonly BreakerRow[])[] {
  const groups = new Map<string, BreakerRow[]>();
  for (const row of rows) {
    const key = JSON.stringify([row.service, row.breakerName]);
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  return [...groups.values()];
}

function serviceNotes(rows: readonly BreakerRow[], nowMs: number): readonly ServiceNote[] {
  const [first] = rows;
  if (first === undefined) return [];
  const name =
    [first.service, first.breakerName].filter((part) => part !== '').join(' ') || 'a service without a name';
  const heard = rows.filter(({ state }) => state !== 'silent' && state !== 'unknown');
  const forced = heard.filter(({ breaker }) => breaker?.state != null && isForced(breaker.state));
  const away = heard.filter((row) => isAway(row) && !forced.includes(row));
  const notes: ServiceNote[] = [];
  const computed = heard.filter((row) => !forced.includes(row));
  if (away.length > 0) notes.push(awayNote(name, computed, nowMs));
  for (const word of ['open', 'closed'] as const) {
    const so = forced.filter(({ state }) => (state === 'forcedOpen') === (word === 'open'));
    if (so.length > 0)
      notes.push(forcedNote(`${so.length} of ${heard.length} breakers of ${name}`, so, word));
  }
  return notes;
}

/** Breakers that closed for less than this are of the same outage as those that still probe. Ours: twice their usual wait. */
const CLOSED_LATELY_MS = 60_000;

/** What the others say of those that keep calls back; empty = there are no others. */
function apartText(computed: readonly BreakerRow[], nowMs: number): string {
  const others = computed.filter((row) => !isAway(row));
  const isOfRedis = computed.every(({ breaker }) => breaker !== null && guardsRedis(breaker));
  if (others.length === 0) return '';
  if (!isOfRedis)
    return ' The others are closed: look at the way between these instances and what they call.';
  const isLate = others.every(({ sinceMs }) => sinceMs !== null && nowMs - sinceMs < CLOSED_LATELY_MS);
  return isLate
    ? ' The others have just closed, so that Redis answers again: these follow with their next probe.'
    : ' The others are closed: look at the way between these instances and Redis before Redis itself.';
}

function awayNote(name: string, computed: readonly BreakerRow[], nowMs: number): ServiceNote {
  const away = computed.filter(isAway);
  const ofCount = computed.length;
  const isWhole = away.length === ofCount;
  const since = away.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
  const breakers = away.flatMap(({ breaker }) => (breaker === null ? [] : [breaker]));
  const who = isWhole
    ? wholeText([name], ofCount)
    : `${away.length} of ${ofCount} breakers of ${name} ${away.length === 1 ? 'keeps' : 'keep'} calls back: ${namesOf(away)}.`;
  return {
    id: `away ${name}`,
    severity: isWhole ? 'critical' : 'warning',
    text: who,
    meaning: `${causeOf(breakers)}${apartText(computed, nowMs)}`,
    sinceMs: since.length === 0 ? null : Math.min(...since),
    whole: isWhole ? { name, count: ofCount } : null,
  };
}

function forcedNote(who: string, forced: readonly BreakerRow[], word: 'open' | 'closed'): ServiceNote {
  const since = forced.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
  return {
    id: `forced ${word} ${who}`,
    severity: 'warning',
    text: `${who} ${forced.length === 1 ? 'is' : 'are'} forced ${word}: ${namesOf(forced)}.`,
    meaning: 'An operator did that; it stays so, whatever Redis does, until the force is taken back.',
    sinceMs: since.length === 0 ? null : Math.min(...since),
    whole: null,
  };
}

/** Services that lost the same Redis in the same way are one note. */
function joinWhole(notes: readonly ServiceNote[]): readonly FleetNote[] {
  const groups = new Map<string, ServiceNote[]>();
  for (const note of notes) {
    const key = note.whole === null ? note.id : note.meaning;
    groups.set(key, [...(groups.get(key) ?? []), note]);
  }
  return [...groups.values()].flatMap((group): FleetNote[] => {
    const wholes = group.flatMap(({ whole }) => (whole === null ? [] : [whole]));
    const [first] = group;
    if (first === undefined) return [];
    if (wholes.length < 2) return group;
    const count = wholes.reduce((sum, whole) => sum + whole.count, 0);
    const since = group.flatMap(({ sinceMs }) => (sinceMs === null ? [] : [sinceMs]));
    return [
      {
        ...{ id: first.id, severity: first.severity, meaning: first.meaning },
        text: wholeText(
          wholes.map(({ name }) => name),
          count,
        ),
        sinceMs: since.length === 0 ? null : Math.min(...since),
      },
    ];
  });
}

function wholeText(names: readonly string[], count: number): string {
  return count === 1
    ? `The breaker of ${names.join('')} keeps calls back.`
    : `All ${count} breakers of ${listed(names)} keep calls back.`;
}

function connectionNotes(
  { state, sinceMs, detail }: ResilienceAnswer['connection'],
  announcements: ResilienceAnswer['announcements'],
): readonly FleetNote[] {
  if (state === 'unreachable') {
    return [
      {
        id: 'connection',
        severity: 'critical',
        text: 'Cachescope cannot reach Redis either.',
        meaning:
          'What services say comes over HTTP, from addresses that were known before. The age of each reading stands in its row.',
        sinceMs,
      },
    ];
  }
  if (announcements.state !== 'failing') return [];
  return [
    {
      id: 'announcements',
      severity: 'warning',
      text: 'Instances that announce themselves in Redis cannot be listed.',
      meaning: announcements.detail === '' ? detail : announcements.detail,
      sinceMs: announcements.lastOkAtMs,
    },
  ];
}

function silentNotes(instances: ResilienceAnswer['instances']): readonly FleetNote[] {
  const silent = instances.filter(({ silentSinceMs }) => silentSinceMs !== null);
  const [first] = silent;
  if (first === undefined) return [];
  const names = silent.map(({ instance, address }) => instance ?? address ?? '');
  const whys = new Set(silent.map(({ whySilent }) => whySilent).filter((why) => why !== ''));
  return [
    {
      id: 'silent',
      severity: 'warning',
      text: `${silent.length === 1 ? '1 instance is' : `${silent.length} instances are`} silent: ${listed(names)}.`,
      meaning:
        `Their breakers stand as they were last read. ${whys.size === 1 ? [...whys].join('') : ''}`.trim(),
      sinceMs: Math.min(...silent.map(({ silentSinceMs }) => silentSinceMs ?? 0)),
    },
  ];
}

function reliefOf(instances: ResilienceAnswer['instances']): Relief | null {
  const told = instances.flatMap(({ figures, silentSinceMs }) =>
    figures?.relief == null || silentSinceMs !== null ? [] : [figures.relief],
  );
  if (told.length === 0) return null;
  const sum = (count: (one: (typeof told)[number]) => number) =>
    told.reduce((total, one) => total + count(one), 0);
  return {
    shedCount: sum(({ shedCount }) => shedCount),
    staleServedCount: sum(({ staleServedCount }) => staleServedCount),
    coalescedCount: sum(({ coalescedCount }) => coalescedCount),
    notPermittedCount: sum(({ notPermittedCount }) => notPermittedCount),
    instanceCount: told.length,
  };
}

function namesOf(rows: readonly BreakerRow[]): string {
  return listed(rows.map(({ name }) => name));
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, NAMED).join(', ');
  return names.length > NAMED ? `${shown} and ${names.length - NAMED} more` : shown;
}
