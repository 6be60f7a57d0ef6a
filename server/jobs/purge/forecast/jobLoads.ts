import { LOAD_STEP_MS, type SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';

/** Purges whose forecast is remembered; what was measured is forgotten after an hour anyway. */
const MAX_JOBS = 50;

/** Forecasts of purges by their jobs, to be seen beside what the source then loaded. */
export class JobLoads {
  readonly #sourceLoads: Pick<SourceLoads, 'steps'>;
  readonly #forecasts = new Map<string, Omit<JobLoad, 'measured' | 'stepMs'>>();

  constructor(sourceLoads: Pick<SourceLoads, 'steps'>) {
    this.#sourceLoads = sourceLoads;
  }

  note(jobId: string, startedAtMs: number, forecast: LoadForecast): void {
    this.#forecasts.set(jobId, { startedAtMs, forecast });
    const [oldest] = this.#forecasts.keys();
    if (this.#forecasts.size > MAX_JOBS && oldest !== undefined) this.#forecasts.delete(oldest);
  }

  /** Null = no purge that this server remembers. */
  of(jobId: string): JobLoad | null {
    const noted = this.#forecasts.get(jobId);
    if (noted === undefined) return null;
    const { startedAtMs, forecast } = noted;
    const spanMs = forecast.extraPerSecond.length * forecast.stepMs;
    const measured = this.#sourceLoads.steps(startedAtMs, startedAtMs + spanMs);
    return { ...noted, measured, stepMs: LOAD_STEP_MS };
  }
}
