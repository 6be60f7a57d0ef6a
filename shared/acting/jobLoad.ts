import type { LoadForecast } from './loadForecast.ts';

/** Loads a second of all services in a step that begins at `atMs`, epoch ms; null = no metrics cover it. */
export interface LoadStep {
  readonly atMs: number;
  readonly perSecond: number | null;
}

/** What a purge was to ask of the source, beside what the services have loaded from it since. */
export interface JobLoad {
  readonly startedAtMs: number;
  readonly forecast: LoadForecast;
  /** Steps of `stepMs` from the start on, as far as the forecast goes. */
  readonly measured: readonly LoadStep[];
  readonly stepMs: number;
}
