import type { NotAdded } from '#shared/traffic/trafficPart.ts';
import { type TrafficSourceId, trafficSourceIds } from '#shared/traffic/trafficSource.ts';

/** Who says that it counts a pattern. */
export interface Teller {
  readonly pattern: string;
  readonly source: TrafficSourceId;
  readonly service: string | null;
  readonly instance: string | null;
}

interface Seen extends Teller {
  readonly place: string;
  atMs: number;
}

/** How long one that has fallen silent still stands before the others, ms: longer than lost readings are bridged. */
const REMEMBERED_MS = 60_000;

/** They see the look-ups of processes that may tell of them themselves. */
const overall: ReadonlySet<TrafficSourceId> = new Set(['prometheus', 'probe']);

/**
 * Tells which counts are of look-ups that somebody else counts as well, so that none is added twice. Two count the same where
 * nothing says that they are of different services, and either both stand on one page or one of them looks at all; of these
 * the first in `trafficSourceIds` is believed. A process that is read at two addresses is counted at the first.
 */
export class SameLookups {
  readonly #tellers = new Map<string, Map<string, Seen>>();
  readonly #notAdded = new Map<string, Map<string, NotAdded & { atMs: number }>>();

  /** Notes who counts what in a reading of one place; before any counts of the reading are judged. */
  note(place: string, tellers: Iterable<Teller>, atMs: number): void {
    for (const teller of tellers) {
      const ofPattern = opened(this.#tellers, teller.pattern);
      const key = JSON.stringify([place, teller.source, teller.service, teller.instance]);
      const seen = ofPattern.get(key);
      if (seen === undefined) ofPattern.set(key, { ...teller, place, atMs });
      else seen.atMs = atMs;
    }
  }

  /** Whether these counts are to be added. Those that are not are told by `notAdded`. */
  isAdded(place: string, teller: Teller, atMs: number): boolean {
    for (const other of this.#tellers.get(teller.pattern)?.values() ?? []) {
      if (atMs - other.atMs > REMEMBERED_MS || !winsOver(other, { ...teller, place })) continue;
      const { source, service } = teller;
      const told = { source, service, countedBy: other.source, atMs };
      opened(this.#notAdded, teller.pattern).set(JSON.stringify([source, service, other.source]), told);
      return false;
    }
    return true;
  }

  notAdded(pattern: string, nowMs: number): readonly NotAdded[] {
    return [...(this.#notAdded.get(pattern)?.values() ?? [])]
      .filter(({ atMs }) => nowMs - atMs <= REMEMBERED_MS)
      .map(({ source, service, countedBy }) => ({ source, service, countedBy }));
  }

  /** Forgets who has fallen silent. */
  tidy(nowMs: number): void {
    for (const all of [this.#tellers, this.#notAdded]) {
      for (const [pattern, entries] of all) {
        for (const [key, { atMs }] of entries) if (nowMs - atMs > REMEMBERED_MS) entries.delete(key);
        if (entries.size === 0) all.delete(pattern);
      }
    }
  }
}

function winsOver(other: Seen, one: Teller & { readonly place: string }): boolean {
  if (other.source === one.source) {
    const isSameProcess =
      one.instance !== null && other.instance === one.instance && other.service === one.service;
    return isSameProcess && other.place < one.place;
  }
  const isService = other.service === one.service || other.service === null || one.service === null;
  const isBoth = other.place === one.place || overall.has(one.source);
  return isService && isBoth && rankOf(other.source) < rankOf(one.source);
}

function rankOf(source: TrafficSourceId): number {
  return trafficSourceIds.indexOf(source);
}

function opened<Entry>(all: Map<string, Map<string, Entry>>, pattern: string): Map<string, Entry> {
  const found = all.get(pattern);
  if (found !== undefined) return found;
  const entries = new Map<string, Entry>();
  all.set(pattern, entries);
  return entries;
}
