import type { Mark } from '#cache/entries/entryStore.ts';
import type { Request } from '#cache/keys/policy.ts';
import { guarded, readMark } from '../load.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';
import type { Loaded } from '../sourceGuard.ts';

/** One look-up, one load: a `Reach` for any value. */
export class LoneReach {
  readonly takesLeases = true;
  readonly #around: ReadSurroundings;

  constructor(around: ReadSurroundings) {
    this.#around = around;
  }

  readMark(): Promise<Mark | null> {
    return readMark(this.#around);
  }

  load<Value>(request: Request<Value>): Promise<Loaded<Value>> {
    return this.#around.guard.run(guarded(request));
  }
}
