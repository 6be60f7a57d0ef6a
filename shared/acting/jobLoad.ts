import type { LoadForecast } from './loadForecast.ts';

/** Loads a second of all services in a step that begins at `atMs`, epoch ms; null = no metrics cover it. */
export interface LoadStep {
  readonly atMs: number;
  readonly perSecond: number | null;
}

/** What a job was to ask of the source, beside what the services have loaded from it since. */
export interface JobLoad {
  readonly startedAtMs: number;
  readonly forecast: LoadForecast;
  /** What is loaded after this is not of the job, epoch ms: its forecast ends, or it ended and has no loads afterwards. */
  readonly untilMs: number;
  /** Steps of `stepMs` from the start to `untilMs`, as far as they are covered. */
  readonly measured: readonly LoadStep[];
  readonly stepMs: number;
}
