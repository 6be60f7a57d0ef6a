import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { NodeExtreme, TrafficExtreme } from '../../historyStore.ts';
import { nodeExtremeFamily, totalExtremeFamily, trafficExtremeFamily } from './extremeSchema.ts';
import { ExtremeTables } from './extremeTables.ts';

const MINUTE_MS = 60_000;

/** A step may still be added to by a place whose scrape was bridged (15 s); ours, with room. */
const SETTLED_AFTER_MS = 60_000;

/** Each costs about 4 ms for 500 patterns; more than one, so that what was missed is made up for. */
const MINUTES_AT_ONCE = 5;

/** Lowest and highest 10 s step of each hour, of all that has fine steps; kept as long as hours are. */
export class ExtremeHours {
  readonly traffic: ExtremeTables<TrafficExtreme>;
  readonly total: ExtremeTables<TrafficExtreme>;
  readonly node: ExtremeTables<NodeExtreme>;
  readonly #readProgress: StatementSync;
  readonly #writeProgress: StatementSync;

  constructor(db: DatabaseSync) {
    this.traffic = new ExtremeTables(db, trafficExtremeFamily);
    this.total = new ExtremeTables(db, totalExtremeFamily);
    this.node = new ExtremeTables(db, nodeExtremeFamily);
    this.#readProgress = db.prepare('SELECT until_s FROM extremes_progress');
    this.#writeProgress = db.prepare('INSERT OR REPLACE INTO extremes_progress (id, until_s) VALUES (1, ?)');
  }

  /** Takes minutes that are over into account, a few at a time, from where it stopped. Inside a transaction. */
  fold(nowMs: number): void {
    const endMs = Math.floor((nowMs - SETTLED_AFTER_MS) / MINUTE_MS) * MINUTE_MS;
    const storedSeconds = this.#readProgress.get()?.until_s;
    let fromMs = typeof storedSeconds === 'number' ? storedSeconds * 1_000 : 0;
    for (let done = 0; done < MINUTES_AT_ONCE && fromMs < endMs; done += 1) {
      const nextMs = Math.min(...this.#all().map((tables) => tables.nextStepMs(fromMs) ?? endMs));
      fromMs = Math.floor(nextMs / MINUTE_MS) * MINUTE_MS;
      if (fromMs >= endMs) break;
      for (const tables of this.#all()) tables.fold({ fromMs, toMs: fromMs + MINUTE_MS });
      fromMs += MINUTE_MS;
    }
    this.#writeProgress.run(Math.min(fromMs, endMs) / 1_000);
  }

  expire(nowMs: number): void {
    for (const tables of this.#all()) tables.expire(nowMs);
  }

  #all(): readonly Pick<ExtremeTables<string>, 'fold' | 'nextStepMs' | 'expire'>[] {
    return [this.traffic, this.total, this.node];
  }
}
