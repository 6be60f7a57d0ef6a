import type {
  AnnouncedInstance,
  AnnouncedInstances,
  AnnouncedInstancesOptions,
} from '#server/sources/announced/announcedInstances.ts';
import type { AddressRanges } from '../addressRanges.ts';
import { announcedAddress } from '../announcedAddress.ts';
import { noAccess, type ScrapeTarget, targetId } from '../scrapeTarget.ts';
import { type Found, MAX_FOUND_TARGETS, type TargetFinder } from './targetFinder.ts';

export interface AnnouncedFinderOptions {
  readonly announced: Pick<AnnouncedInstances, 'look' | 'found'>;
  /** Whether the page of an instance answers: one that is cut off from Redis, and from nobody else, must stay a target. */
  readonly isAnswering: AnnouncedInstancesOptions['isReadElsewhere'];
  /** Announced addresses outside these are never connected to: whoever may write to Redis may announce. */
  readonly ranges: AddressRanges;
}

const LOOK_MS = 10_000;
/** Right after the start, until the sampler has seen the keys by which services are known. */
const FIRST_LOOK_MS = 1_000;
const FIRST_LOOKS = 30;
/** A Redis that was emptied has forgotten all instances until each announces itself again. */
const FORGOTTEN_MS = 60_000;

/** Addresses that instances of our library announced. */
export function announcedFinder(options: AnnouncedFinderOptions): TargetFinder {
  const finder = new AnnouncedFinder(options);
  return {
    kind: 'announcement',
    name: options.ranges.text,
    everyMs: () => finder.everyMs(),
    remembered: finder.remembered(),
    find: () => finder.find(),
  };
}

class AnnouncedFinder {
  readonly #options: AnnouncedFinderOptions;
  #last: readonly ScrapeTarget[] = [];
  #lastAtMs = -Infinity;
  #firstLooksLeft = FIRST_LOOKS;

  constructor(options: AnnouncedFinderOptions) {
    this.#options = options;
  }

  everyMs(): number {
    return this.#firstLooksLeft > 0 ? FIRST_LOOK_MS : LOOK_MS;
  }

  remembered(): readonly ScrapeTarget[] {
    return this.#options.announced.found().flatMap((instance) => this.#targetOf(instance));
  }

  async find(): Promise<Found> {
    this.#firstLooksLeft -= 1;
    const { atMs, instances, leftOutCount } = await this.#options.announced.look();
    if (instances.length > 0) this.#firstLooksLeft = 0;
    // One may have left; that several leave at the same moment is less likely.
    const areForgotten = instances.length === 0 && this.#last.length > 1;
    if (areForgotten && Math.abs(atMs - this.#lastAtMs) < FORGOTTEN_MS)
      return { targets: this.#last, leftOut: '' };
    this.#last = instances.flatMap((instance) => this.#targetOf(instance));
    this.#lastAtMs = atMs;
    return {
      targets: this.#last,
      leftOut:
        leftOutCount > 0 ? `${leftOutCount} instances past the first ${MAX_FOUND_TARGETS} are left out.` : '',
    };
  }

  #targetOf({ isAlive, lastSnapshot }: AnnouncedInstance): readonly ScrapeTarget[] {
    if (lastSnapshot === null || !(isAlive || this.#options.isAnswering(lastSnapshot))) return [];
    const url = announcedAddress(lastSnapshot.metricsUrl);
    if (url === null) return [];
    const { service, instance, version } = lastSnapshot;
    return [
      {
        id: targetId(url, null),
        url,
        origin: 'announcement',
        foundBy: instance,
        labels: { service, instance, version },
        // Credentials are for hosts that the operator named, never for who announces itself.
        access: noAccess,
        connectTo: null,
        ranges: this.#options.ranges,
      },
    ];
  }
}
