import type { TrafficIncrement } from '#server/sources/metrics/trafficIncrement.ts';
import type { LoadStep } from '#shared/acting/jobLoad.ts';

/** Loads are counted in steps of this length, aligned to the clock, ms. */
export const LOAD_STEP_MS = 5_000;
/** An hour. */
const KEPT_STEPS = 720;
/** A place that is this far behind the newest one is not waited for, ms. */
const LATE_MS = 15_000;
/** What is loaded now is the mean of so many of the newest steps: fewer are noise, more are the past. Ours. */
const RECENT_STEPS = 3;
/** Fewer loads say nothing of how long one takes. Ours. */
const LEAST_TIMED_LOADS = 5;

/** How the source behind the cache does, over the newest step that every place's metrics cover. */
export interface SourceVitals {
  /** When the step ended, epoch ms. */
  readonly atMs: number;
  readonly loadsPerSecond: number;
  /** Mean time of a load, ms; null = hardly one ended, or nobody tells. */
  readonly loadMs: number | null;
}

interface Sum {
  readonly loads: number;
  readonly loadMs: number;
}

interface Place {
  untilMs: number;
  /** Services that do not count loads are taken to load at each miss. */
  countsLoads: boolean;
}

/** What all services together load from the source, step by step, of the last hour. */
export class SourceLoads {
  readonly #places = new Map<string, Place>();
  readonly #steps = new Map<number, Sum>();

  /** From now on these places and no others are waited for. */
  setPlaces(ids: ReadonlySet<string>): void {
    for (const id of this.#places.keys()) if (!ids.has(id)) this.#places.delete(id);
  }

  /** Takes in what one place counted in a span; loads are taken to be even over it. */
  add(
    placeId: string,
    { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
    increments: readonly TrafficIncrement[],
  ): void {
    const place = this.#places.get(placeId) ?? { untilMs: fromMs, countsLoads: false };
    this.#places.set(placeId, place);
    place.untilMs = toMs;
    place.countsLoads ||= increments.some(({ loads }) => loads > 0);
    const loads = increments.reduce((sum, one) => sum + (place.countsLoads ? one.loads : one.misses), 0);
    const loadMs = increments.reduce((sum, one) => sum + one.loadMs, 0);
    for (let step = stepOf(fromMs); step * LOAD_STEP_MS < toMs; step += 1) {
      const startMs = Math.max(fromMs, step * LOAD_STEP_MS);
      const part = (Math.min(toMs, (step + 1) * LOAD_STEP_MS) - startMs) / (toMs - fromMs);
      const sum = this.#steps.get(step) ?? { loads: 0, loadMs: 0 };
      this.#steps.set(step, { loads: sum.loads + part * loads, loadMs: sum.loadMs + part * loadMs });
    }
    this.#dropOldest();
  }

  /** Null = no step is covered yet. */
  vitals(): SourceVitals | null {
    const step = this.#completeStep();
    const sum = step === null ? undefined : this.#steps.get(step);
    if (step === null || sum === undefined) return null;
    const isTimed = sum.loads >= LEAST_TIMED_LOADS && sum.loadMs > 0;
    return {
      atMs: (step + 1) * LOAD_STEP_MS,
      loadsPerSecond: (sum.loads * 1_000) / LOAD_STEP_MS,
      loadMs: isTimed ? sum.loadMs / sum.loads : null,
    };
  }

  /** Mean loads a second over the newest 15 s that are covered, or over as many steps as are; null = none is yet. */
  recentPerSecond(): number | null {
    const last = this.#completeStep();
    if (last === null) return null;
    const whole: number[] = [];
    for (let step = last; whole.length < RECENT_STEPS; step -= 1) {
      const loads = this.#steps.get(step)?.loads;
      // The first step of all may have been covered in part only.
      if (loads === undefined || !this.#steps.has(step - 1)) break;
      whole.push(loads);
    }
    if (whole.length === 0) return null;
    return whole.reduce((sum, loads) => sum + loads, 0) / ((whole.length * LOAD_STEP_MS) / 1_000);
  }

  /** Every whole step from `fromMs` to the newest one that is covered. */
  steps(fromMs: number, toMs: number): readonly LoadStep[] {
    const last = Math.min(this.#completeStep() ?? 0, stepOf(toMs));
    const steps: LoadStep[] = [];
    for (let step = Math.ceil(fromMs / LOAD_STEP_MS); step <= last; step += 1) {
      const sum = this.#steps.get(step);
      const perSecond = sum === undefined ? null : (sum.loads * 1_000) / LOAD_STEP_MS;
      steps.push({ atMs: step * LOAD_STEP_MS, perSecond });
    }
    return steps;
  }

  /** The newest step that every place covers which is not far behind. */
  #completeStep(): number | null {
    const untils = [...this.#places.values()].map(({ untilMs }) => untilMs);
    if (untils.length === 0) return null;
    const newest = Math.max(...untils);
    return stepOf(Math.min(...untils.filter((untilMs) => newest - untilMs <= LATE_MS))) - 1;
  }

  #dropOldest(): void {
    for (const step of this.#steps.keys()) {
      if (this.#steps.size <= KEPT_STEPS) return;
      this.#steps.delete(step);
    }
  }
}

function stepOf(ms: number): number {
  return Math.floor(ms / LOAD_STEP_MS);
}
