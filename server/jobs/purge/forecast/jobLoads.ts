import { LOAD_STEP_MS, type SourceLoads } from '#server/snapshot/traffic/sourceLoads.ts';
import type { JobLoad } from '#shared/acting/jobLoad.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';

/** Jobs whose forecast is remembered; what was measured is forgotten after an hour anyway. */
const MAX_JOBS = 50;

interface NotedLoad extends Pick<JobLoad, 'startedAtMs' | 'forecast'> {
  /** Null = it runs, or its loads come after it. */
  readonly endedAtMs: number | null;
}

/** Forecasts of purges and warm-ups by their jobs, to be seen beside what the source then loaded. */
export class JobLoads {
  readonly #sourceLoads: Pick<SourceLoads, 'steps'>;
  readonly #forecasts = new Map<string, NotedLoad>();

  constructor(sourceLoads: Pick<SourceLoads, 'steps'>) {
    this.#sourceLoads = sourceLoads;
  }

  note(jobId: string, startedAtMs: number, forecast: LoadForecast): void {
    this.#forecasts.set(jobId, { startedAtMs, forecast, endedAtMs: null });
    const [oldest] = this.#forecasts.keys();
    if (this.#forecasts.size > MAX_JOBS && oldest !== undefined) this.#forecasts.delete(oldest);
  }

  /** For jobs that load by themselves: what others load after the end is not theirs. A purge has its loads after it. */
  noteEnd(jobId: string, endedAtMs: number): void {
    const noted = this.#forecasts.get(jobId);
    if (noted !== undefined) this.#forecasts.set(jobId, { ...noted, endedAtMs });
  }

  /** Null = no job that this server remembers. */
  of(jobId: string): JobLoad | null {
    const noted = this.#forecasts.get(jobId);
    if (noted === undefined) return null;
    const { startedAtMs, endedAtMs, forecast } = noted;
    const spanEndMs = startedAtMs + forecast.extraPerSecond.length * forecast.stepMs;
    // Readings spread what they count evenly, so that the last loads may lie a step later than they were made.
    const untilMs = endedAtMs === null ? spanEndMs : Math.min(spanEndMs, endedAtMs + LOAD_STEP_MS);
    const measured = this.#sourceLoads.steps(startedAtMs, untilMs);
    return { startedAtMs, forecast, untilMs, measured, stepMs: LOAD_STEP_MS };
  }
}
