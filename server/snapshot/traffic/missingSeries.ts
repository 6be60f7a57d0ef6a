import type { TrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';

/** More than a page that does not lie loses. */
const MAX_SERIES = 10_000;

/** Series of one process that its page had before and lost: when one comes back, nobody knows since when it grew. */
export class MissingSeries {
  readonly #ids = new Set<string>();

  readonly has = (seriesId: string): boolean => this.#ids.has(seriesId);

  /** After each reading of the page. */
  note(previous: TrafficCounters | null, current: TrafficCounters): void {
    if (previous === null || previous.process !== current.process) {
      this.#ids.clear();
      return;
    }
    for (const id of this.#ids) if (current.series.has(id)) this.#ids.delete(id);
    for (const id of previous.series.keys()) {
      if (!current.series.has(id) && this.#ids.size < MAX_SERIES) this.#ids.add(id);
    }
  }
}
