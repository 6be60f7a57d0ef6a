import type { AnnouncedLook } from '#server/sources/announced/announcedInstances.ts';
import { announcedReading } from '#server/sources/services/announcedReading.ts';
import type { AskedState } from '#server/sources/services/askedState.ts';
import type { InstanceReading } from '#server/sources/services/instanceReading.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { InstanceInvalidation } from '#shared/services/instanceInvalidation.ts';
import type { ServiceInstance } from '#shared/services/serviceInstance.ts';
import { type BreakerChange, InstanceTrack } from './instanceTrack.ts';
import type { ServiceIncrement } from './invalidation/invalidationPoints.ts';

/** Most instances that are kept; a place that names new ones at each reading must not fill the memory. */
const MAX_INSTANCES = 2_000;
/** An instance that fell silent without a word is forgotten after this. */
const FORGOTTEN_AFTER_MS = 3_600_000;
/** One that took itself off the list in Redis is gone when nothing else is heard of it for this long. */
const LEFT_AFTER_MS = 30_000;
/** A reading over HTTP that is no older than this makes the one in Redis needless. */
const FRESH_MS = 12_000;

/** Who is who among the instances, whichever ways their readings come on. */
export class InstanceBook {
  readonly #tracks = new Map<string, InstanceTrack>();
  /** Those that a list in Redis named, by the key of their snapshot; `leftAtMs` = the first look that missed them. */
  readonly #announced = new Map<string, { readonly id: string; leftAtMs: number | null }>();

  /** Takes in readings; tells what their breakers did, and whether any state is new. */
  take(
    readings: readonly InstanceReading[],
    everyMs = 0,
  ): { readonly changes: readonly BreakerChange[]; readonly isStateNew: boolean } {
    const changes: BreakerChange[] = [];
    let isStateNew = false;
    for (const reading of readings) {
      const id = idOf(reading);
      const track = this.#tracks.get(id);
      if (track !== undefined) {
        const change = track.take(reading, everyMs);
        changes.push(...change.changes);
        isStateNew ||= change.isStateNew;
      } else if (this.#tracks.size < MAX_INSTANCES) {
        this.#tracks.set(id, new InstanceTrack(id, reading));
        isStateNew = true;
      }
    }
    return { changes, isStateNew };
  }

  /** Takes in a look at the lists in Redis. */
  takeAnnounced(look: AnnouncedLook): {
    readonly changes: readonly BreakerChange[];
    readonly isStateNew: boolean;
  } {
    const changes: BreakerChange[] = [];
    let isStateNew = false;
    this.noteListed(look);
    for (const { snapshot, readAtMs } of look.instances) {
      if (snapshot === null) continue;
      const reading = announcedReading(snapshot, readAtMs);
      const change = this.take([reading], snapshot.everyMs);
      changes.push(...change.changes);
      isStateNew ||= change.isStateNew;
    }
    return { changes, isStateNew };
  }

  /**
   * Takes in who is on the lists in Redis, and who no longer is. Of each look, whoever asked for it: one that is first seen by its page
   * and leaves before its next look was there all the same.
   */
  noteListed({ instances, atMs }: AnnouncedLook): void {
    for (const { key, snapshot } of instances) {
      if (snapshot === null) continue;
      this.#announced.set(key, { id: idOf({ ...snapshot, address: null }), leftAtMs: null });
    }
    // One that fell silent stays on the list for long after its snapshot is gone.
    const listed = new Set(instances.map(({ key }) => key));
    for (const [key, one] of this.#announced) if (!listed.has(key)) one.leftAtMs ??= atMs;
  }

  /** Takes in what instances said when they were asked, as Redis was away. */
  takeAsked(
    states: readonly AskedState[],
    nowMs: number,
  ): { readonly changes: readonly BreakerChange[]; readonly isStateNew: boolean } {
    for (const { key, snapshot, why } of states) {
      const id = this.#announced.get(key)?.id;
      if (snapshot === null && id !== undefined) this.#tracks.get(id)?.noteFailure(why);
    }
    return this.take(
      states.flatMap(({ snapshot, address }) =>
        snapshot === null ? [] : [announcedReading(snapshot, nowMs, address)],
      ),
    );
  }

  /** Whether a page tells of the instance just now. */
  isReadOverHttp(named: Pick<InstanceReading, 'service' | 'instance'>, nowMs: number): boolean {
    const atMs = this.#tracks.get(idOf({ ...named, address: null }))?.readAtMs('http') ?? null;
    return atMs !== null && nowMs - atMs < FRESH_MS;
  }

  /** Notes why the instances of an address were not read. */
  noteFailure(address: string, why: string): void {
    for (const track of this.#tracks.values()) if (track.address === address) track.noteFailure(why);
  }

  instances(nowMs: number): readonly ServiceInstance[] {
    this.#forget(nowMs);
    return [...this.#tracks.values()].map((track) => track.instance(nowMs));
  }

  countOf(service: string | null): number {
    return [...this.#tracks.values()].filter((track) => track.service === service).length;
  }

  drain(): readonly BreakerStretch[] {
    return [...this.#tracks.values()].flatMap((track) => track.drain());
  }

  drainInvalidations(): readonly ServiceIncrement[] {
    return [...this.#tracks.values()].flatMap((track) => track.drainInvalidations());
  }

  /** Those of our library. */
  invalidations(nowMs: number): readonly InstanceInvalidation[] {
    this.#forget(nowMs);
    return [...this.#tracks.values()].flatMap((track) => track.invalidation(nowMs) ?? []);
  }

  #forget(nowMs: number): void {
    const left = new Map<string, number>();
    for (const { id, leftAtMs } of this.#announced.values()) if (leftAtMs !== null) left.set(id, leftAtMs);
    for (const [id, track] of this.#tracks) {
      const silenceMs = nowMs - track.lastReadAtMs;
      const leftAtMs = left.get(id) ?? Number.POSITIVE_INFINITY;
      const hasLeft = nowMs - leftAtMs > LEFT_AFTER_MS && silenceMs > LEFT_AFTER_MS;
      if (hasLeft || silenceMs > FORGOTTEN_AFTER_MS) this.#tracks.delete(id);
    }
    for (const [key, { id, leftAtMs }] of this.#announced) {
      if (leftAtMs !== null && !this.#tracks.has(id)) this.#announced.delete(key);
    }
  }
}

/** One that does not say who it is, is the process at its address. */
function idOf({
  service,
  instance,
  address,
}: Pick<InstanceReading, 'service' | 'instance' | 'address'>): string {
  return JSON.stringify([service, instance ?? address]);
}
