import type { CacheCore } from '#cache/cacheCore.ts';
import type { Policy } from '#cache/keys/policy.ts';
import type { MemoryEntry } from '#cache/memory/memoryStore.ts';
import { serveHeld } from '#cache/read/lookUp.ts';
import { isSameOwner } from '#cache/store/entryFormat.ts';
import type { FamilyRequests, Fields, Options } from './familyRequests.ts';

/** Look-ups of a family's entries. One that L1 holds is served without making a request of it, which would cost more than that. */
export class FamilyReads {
  readonly #core: CacheCore;
  readonly #requests: FamilyRequests;
  /** What L1 holds is served as it is: a read of it never starts a refresh. */
  readonly #isServedAsHeld: boolean;

  constructor(core: CacheCore, requests: FamilyRequests, policy: Policy<unknown>) {
    this.#core = core;
    this.#requests = requests;
    this.#isServedAsHeld =
      core.settings.tracer === null && policy.refreshAheadRatio === null && policy.earlyRefreshBeta === null;
  }

  /** Throws `badField`. */
  get(fields: Fields, options: Options | undefined): Promise<unknown> {
    const core = this.#core;
    const requests = this.#requests;
    const key = requests.knownKey(fields);
    if (key === null) return requests.read(fields, options).then((request) => core.lookUp(request));
    const held = this.#isServedAsHeld ? this.#readHeld(key, fields, options) : undefined;
    if (held !== undefined) return serveHeld(core.reading, requests.pattern, held);
    return core.lookUp(requests.at(key, fields, options));
  }

  /** Another owner's is left to the look-up, which counts it. */
  #readHeld(key: string, fields: Fields, options: Options | undefined): MemoryEntry | undefined {
    const held = this.#core.memory.readL1(key);
    if (held === undefined) return undefined;
    return isSameOwner(held.header.owner, this.#requests.ownerOf(fields, options)) ? held : undefined;
  }
}
