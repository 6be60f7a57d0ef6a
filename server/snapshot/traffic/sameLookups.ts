import type { NotAdded } from '#shared/traffic/trafficPart.ts';
import { type TrafficSourceId, trafficSourceIds } from '#shared/traffic/trafficSource.ts';

/** Who says that it counts a pattern. */
export interface Teller {
  readonly pattern: string;
  readonly source: TrafficSourceId;
  readonly service: string | null;
  readonly instance: string | null;
}

interface Seen {
  readonly source: TrafficSourceId;
  readonly service: string | null;
  readonly place: string;
  atMs: number;
}

/** Who counts one pattern, by the questions that are asked of it. */
interface Tellers {
  /** The place that each process is counted at. */
  readonly processes: Map<string, Seen>;
  /** By place. */
  readonly pages: Map<string, Map<string, Seen>>;
  readonly everywhere: Map<string, Seen>;
}

/** How long one that has fallen silent still stands before the others, ms: longer than lost readings are bridged. */
const REMEMBERED_MS = 60_000;

/** They see the look-ups of processes that may tell of them themselves. */
const overall: ReadonlySet<TrafficSourceId> = new Set(['prometheus', 'probe']);

/**
 * Tells which counts are of look-ups that somebody else counts as well, so that none is added twice. Two count the same where
 * nothing says that they are of different services, and either both stand on one page or one of them looks at all; of these
 * the first in `trafficSourceIds` is believed. A process that is read at two addresses is counted at one of them.
 */
export class SameLookups {
  readonly #tellers = new Map<string, Tellers>();
  readonly #notAdded = new Map<string, Map<string, NotAdded & { atMs: number }>>();

  /** Notes who counts what in a reading of one place; before any counts of the reading are judged. */
  note(place: string, tellers: Iterable<Teller>, atMs: number): void {
    const noted = new Set<string>();
    for (const { pattern, source, service, instance } of tellers) {
      const origin = `${source}\n${service ?? ''}`;
      const process = `${origin}\n${instance ?? ''}`;
      const id = `${pattern}\n${process}`;
      if (noted.has(id)) continue;
      noted.add(id);
      const of = this.#open(pattern);
      const seen = { source, service, place, atMs };
      if (instance !== null) takeProcess(of.processes, process, seen);
      const page = of.pages.get(place) ?? new Map<string, Seen>();
      of.pages.set(place, page.set(origin, seen));
      of.everywhere.set(origin, seen);
    }
  }

  /** Whether these counts are to be added. Those that are not are told by `notAdded`. */
  isAdded(place: string, teller: Teller, atMs: number): boolean {
    const winner = this.#winner(place, teller, atMs);
    if (winner === null) return true;
    const { pattern, source, service } = teller;
    const told = this.#notAdded.get(pattern) ?? new Map<string, NotAdded & { atMs: number }>();
    const key = `${source}\n${service ?? ''}\n${winner.source}`;
    this.#notAdded.set(pattern, told.set(key, { source, service, countedBy: winner.source, atMs }));
    return false;
  }

  notAdded(pattern: string, nowMs: number): readonly NotAdded[] {
    return [...(this.#notAdded.get(pattern)?.values() ?? [])]
      .filter(({ atMs }) => nowMs - atMs <= REMEMBERED_MS)
      .map(({ source, service, countedBy }) => ({ source, service, countedBy }));
  }

  /** Forgets who has fallen silent. */
  tidy(nowMs: number): void {
    for (const [pattern, { processes, pages, everywhere }] of this.#tellers) {
      for (const [place, page] of pages) {
        dropSilent(page, nowMs);
        if (page.size === 0) pages.delete(place);
      }
      dropSilent(processes, nowMs);
      dropSilent(everywhere, nowMs);
      if (everywhere.size === 0) this.#tellers.delete(pattern);
    }
    for (const [pattern, told] of this.#notAdded) {
      dropSilent(told, nowMs);
      if (told.size === 0) this.#notAdded.delete(pattern);
    }
  }

  #winner(place: string, teller: Teller, atMs: number): Seen | null {
    const of = this.#tellers.get(teller.pattern);
    if (of === undefined) return null;
    const { source, service, instance } = teller;
    const twin = instance === null ? undefined : of.processes.get(`${source}\n${service ?? ''}\n${instance}`);
    if (twin !== undefined && twin.place !== place && isHeard(twin, atMs)) return twin;
    const rivals = overall.has(source) ? of.everywhere : of.pages.get(place);
    for (const rival of rivals?.values() ?? []) {
      if (isHeard(rival, atMs) && isSameService(rival, teller) && rankOf(rival.source) < rankOf(source)) {
        return rival;
      }
    }
    return null;
  }

  #open(pattern: string): Tellers {
    const found = this.#tellers.get(pattern);
    if (found !== undefined) return found;
    const opened: Tellers = { processes: new Map(), pages: new Map(), everywhere: new Map() };
    this.#tellers.set(pattern, opened);
    return opened;
  }
}

/** A process keeps the place that it is counted at for as long as that is read. */
function takeProcess(processes: Map<string, Seen>, process: string, seen: Seen): void {
  const held = processes.get(process);
  if (held === undefined || held.place === seen.place || !isHeard(held, seen.atMs))
    processes.set(process, seen);
}

function isHeard({ atMs }: { readonly atMs: number }, nowMs: number): boolean {
  return nowMs - atMs <= REMEMBERED_MS;
}

function isSameService(a: Pick<Seen, 'service'>, b: Pick<Seen, 'service'>): boolean {
  return a.service === b.service || a.service === null || b.service === null;
}

function rankOf(source: TrafficSourceId): number {
  return trafficSourceIds.indexOf(source);
}

function dropSilent(entries: Map<string, { readonly atMs: number }>, nowMs: number): void {
  for (const [key, entry] of entries) if (!isHeard(entry, nowMs)) entries.delete(key);
}
