import type { InstanceReading, ToldFigures } from '#server/sources/services/instanceReading.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type {
  BreakerSource,
  InstanceFigures,
  ReadingWay,
  RecentRelief,
  SeenTransition,
  ServiceInstance,
} from '#shared/services/serviceInstance.ts';
import { BreakerTrack } from './breakerTrack.ts';
import type { ServiceIncrement } from './invalidation/invalidationPoints.ts';
import { InvalidationTrack } from './invalidation/invalidationTrack.ts';

/** A change of a breaker, for marks. */
export interface BreakerChange extends SeenTransition {
  readonly service: string | null;
  readonly instance: string | null;
  readonly breaker: string;
  readonly source: BreakerSource;
}

/** Amounts since the process began, at one moment. */
interface Counted {
  readonly atMs: number;
  readonly shed: number;
  readonly staleServed: number;
  readonly coalesced: number;
  readonly notPermitted: number;
}

/** Without a reading for longer, an instance is silent; by the slowest that each way is read, three times. */
const SILENT_AFTER_MS: Readonly<Record<ReadingWay, number>> = {
  http: 15_000,
  redis: 15_000,
  prometheus: 45_000,
  command: 15_000,
};
const RELIEF_MS = 60_000;

/** One process of a service, from reading to reading, whichever ways they come on. */
export class InstanceTrack {
  readonly id: string;
  #reading: InstanceReading;
  /** How often it is read on the way of its last reading, ms, where it says so. */
  #everyMs = 0;
  readonly #readAtMs = new Map<ReadingWay, number>();
  readonly #breakers = new Map<string, BreakerTrack>();
  #counted: readonly Counted[] = [];
  #invalidation: InvalidationTrack | null = null;
  #whySilent = '';
  #address: string | null = null;

  constructor(id: string, reading: InstanceReading) {
    this.id = id;
    this.#reading = reading;
    this.#note(reading);
    for (const told of reading.breakers) this.#openBreaker(told, reading.atMs);
    this.#counted = countedOf(reading);
    this.#trackInvalidation(reading, true);
  }

  get service(): string | null {
    return this.#reading.service;
  }

  /** Of the last page that told of it; null = none did. */
  get address(): string | null {
    return this.#address;
  }

  get lastReadAtMs(): number {
    return this.#reading.atMs;
  }

  /** When it was last read on this way; null = never. */
  readAtMs(way: ReadingWay): number | null {
    return this.#readAtMs.get(way) ?? null;
  }

  /** Takes in a reading, if it is newer than the last; tells what its breakers did, and whether any state is new. */
  take(reading: InstanceReading, everyMs = 0): { changes: readonly BreakerChange[]; isStateNew: boolean } {
    this.#note(reading);
    if (reading.atMs <= this.#reading.atMs) return { changes: [], isStateNew: false };
    const isSameProcess = isSame(this.#reading, reading);
    this.#reading = reading;
    this.#everyMs = everyMs;
    // A snapshot in Redis says nothing of why its page is not read.
    if (reading.address !== null) this.#whySilent = '';
    if (!isSameProcess) this.#counted = [];
    this.#noteCounts(reading);
    this.#trackInvalidation(reading, isSameProcess);
    let isStateNew = false;
    const changes = reading.breakers.flatMap((told) => {
      const track = this.#breakers.get(keyOf(told));
      if (track === undefined) {
        this.#openBreaker(told, reading.atMs);
        isStateNew = true;
        return [];
      }
      const change = track.take(told, reading.atMs, isSameProcess);
      isStateNew ||= change.isStateNew;
      return change.transitions.map((seen) => ({ ...this.#nameOf(track), ...seen }));
    });
    const told = new Set(reading.breakers.map(keyOf));
    for (const key of this.#breakers.keys()) if (!told.has(key)) this.#breakers.delete(key);
    return { changes, isStateNew };
  }

  /** Counts that fell are of a page that was made before the one that was read last, on another way: they say nothing new. */
  #noteCounts(reading: InstanceReading): void {
    const kept = this.#counted.filter(({ atMs }) => reading.atMs - atMs <= RELIEF_MS);
    const last = kept.at(-1);
    const told = countedOf(reading).filter((now) => last === undefined || !hasFallen(last, now));
    this.#counted = [...kept, ...told];
  }

  noteFailure(why: string): void {
    this.#whySilent = why;
  }

  isSilent(nowMs: number): boolean {
    const { way, atMs } = this.#reading;
    return nowMs - atMs > Math.max(SILENT_AFTER_MS[way], 3 * this.#everyMs);
  }

  drain(): readonly BreakerStretch[] {
    return [...this.#breakers.values()].flatMap((track) =>
      track.drain().map((stretch) => ({ ...this.#nameOf(track), ...stretch })),
    );
  }

  drainInvalidations(): readonly ServiceIncrement[] {
    const { id, service } = this;
    if (this.#invalidation === null) return [];
    const hasToHear = this.#invalidation.reading().coherence !== null;
    return this.#invalidation.drain().map((increment) => ({ id, service, hasToHear, ...increment }));
  }

  /** Null = not of our library. */
  invalidation(nowMs: number): InstanceInvalidation | null {
    if (this.#invalidation === null) return null;
    const { id, service, instance, version, startedAtMs, readAtMs, way, address, silentSinceMs } =
      this.instance(nowMs);
    return {
      ...{ id, service, instance, version, startedAtMs, readAtMs, way, address, silentSinceMs },
      ...this.#invalidation.reading(),
    };
  }

  instance(nowMs: number): ServiceInstance {
    const { service, instance, version, startedAtMs, atMs, way, address, figures } = this.#reading;
    const isSilent = this.isSilent(nowMs);
    return {
      ...{ id: this.id, service, instance, version, startedAtMs },
      ...{ readAtMs: atMs, way, address },
      silentSinceMs: isSilent ? atMs : null,
      whySilent: isSilent ? this.#whySilent : '',
      breakers: [...this.#breakers.values()].map((track) => track.reading()),
      figures: figures && this.#figures(figures),
    };
  }

  #note({ way, atMs, address }: InstanceReading): void {
    this.#address = address ?? this.#address;
    this.#readAtMs.set(way, Math.max(atMs, this.#readAtMs.get(way) ?? 0));
  }

  #trackInvalidation({ invalidation: told, atMs }: InstanceReading, isSameProcess: boolean): void {
    if (told === null) this.#invalidation = null;
    else if (this.#invalidation === null) this.#invalidation = new InvalidationTrack(told, atMs);
    else this.#invalidation.take(told, atMs, isSameProcess);
  }

  #openBreaker(told: InstanceReading['breakers'][number], atMs: number): void {
    this.#breakers.set(keyOf(told), new BreakerTrack(told, atMs));
  }

  #nameOf({ name, source }: BreakerTrack) {
    const { service, instance } = this.#reading;
    return { service, instance: instance ?? this.#address, breaker: name, source };
  }

  #figures({ l1, fallback, loadsActiveCount, loadsWaitingCount }: ToldFigures): InstanceFigures {
    return { l1, fallback, loadsActiveCount, loadsWaitingCount, relief: this.#relief() };
  }

  #relief(): RecentRelief | null {
    const [first] = this.#counted;
    const last = this.#counted.at(-1);
    if (first === undefined || last === undefined || first === last) return null;
    return {
      windowMs: last.atMs - first.atMs,
      shedCount: last.shed - first.shed,
      staleServedCount: last.staleServed - first.staleServed,
      coalescedCount: last.coalesced - first.coalesced,
      notPermittedCount: last.notPermitted - first.notPermitted,
    };
  }
}

/** By when it began where that is told, else by counts, which never fall in one process. */
function isSame(before: InstanceReading, now: InstanceReading): boolean {
  if (before.startedAtMs !== null && now.startedAtMs !== null)
    return Math.abs(before.startedAtMs - now.startedAtMs) < 1_000;
  const totalOf = (reading: InstanceReading) => countedOf(reading)[0];
  const [past, present] = [totalOf(before), totalOf(now)];
  if (past !== undefined && present !== undefined && hasFallen(past, present)) return false;
  return !now.breakers.some((told) => {
    const other = before.breakers.find((one) => keyOf(one) === keyOf(told));
    return (
      (other?.notPermittedCount ?? 0) > (told.notPermittedCount ?? Number.POSITIVE_INFINITY) ||
      (other?.events?.openedCount ?? 0) > (told.events?.openedCount ?? Number.POSITIVE_INFINITY)
    );
  });
}

function hasFallen(past: Counted, present: Counted): boolean {
  return (
    present.shed < past.shed ||
    present.staleServed < past.staleServed ||
    present.coalesced < past.coalesced ||
    present.notPermitted < past.notPermitted
  );
}

function countedOf({ figures, breakers, atMs }: InstanceReading): readonly Counted[] {
  if (figures === null) return [];
  const { shedCount, staleServedCount, coalescedCount } = figures;
  const notPermitted = breakers.reduce(
    (sum, { source, notPermittedCount }) => (source === 'library' ? sum + (notPermittedCount ?? 0) : sum),
    0,
  );
  return [{ atMs, shed: shedCount, staleServed: staleServedCount, coalesced: coalescedCount, notPermitted }];
}

function keyOf({ source, name }: { source: BreakerSource; name: string }): string {
  return `${source} ${name}`;
}
