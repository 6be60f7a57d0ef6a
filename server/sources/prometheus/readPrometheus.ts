import type { TrafficConvention } from '../metrics/trafficConvention.ts';
import { groupByProcess, type ProcessSamples } from './groupByProcess.ts';
import type { PrometheusAccess } from './prometheusAccess.ts';
import { PrometheusProblem } from './prometheusProblem.ts';
import { queryPrometheus } from './queryPrometheus.ts';
import { trafficQuery } from './trafficQuery.ts';

/** What one query gave. `problem` says what the server warns of; empty when nothing is. */
export type PrometheusReading =
  | {
      readonly state: 'up';
      readonly atMs: number;
      readonly processes: readonly ProcessSamples[];
      readonly problem: string;
    }
  | { readonly state: 'down'; readonly atMs: number; readonly detail: string };

export interface ReadPrometheusOptions {
  readonly access: PrometheusAccess;
  /** Matchers that the query is limited to; empty = everything that the server has. */
  readonly matchers: string;
  readonly conventions: readonly TrafficConvention[];
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

const DEFAULT_TIMEOUT_MS = 5_000;
/** Some 50,000 series. */
const DEFAULT_MAX_BYTES = 16 * 1024 * 1024;

/** The counters of every convention by process, by one instant query. Never throws. Costs Redis nothing. */
export async function readPrometheus(options: ReadPrometheusOptions): Promise<PrometheusReading> {
  const { access, matchers, conventions, nowMs } = options;
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxBytes = DEFAULT_MAX_BYTES } = options;
  const signal = AbortSignal.timeout(timeoutMs);
  try {
    const query = trafficQuery(conventions, matchers);
    const { samples, warnings } = await queryPrometheus(query, access, { signal, maxBytes });
    const problem = [...new Set(warnings)].join(' ');
    return { state: 'up', atMs: nowMs(), processes: groupByProcess(samples), problem };
  } catch (error) {
    return { state: 'down', atMs: nowMs(), detail: describe(error, signal, timeoutMs) };
  }
}

function describe(error: unknown, signal: AbortSignal, timeoutMs: number): string {
  if (signal.aborted) return `It did not answer within ${timeoutMs / 1_000} s.`;
  if (error instanceof PrometheusProblem) return error.message;
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return `It cannot be reached${code}.`;
}
