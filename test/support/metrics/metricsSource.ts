import type { MetricsSource } from '#shared/snapshot.ts';

/** A source that was read well; say what is different. */
export function metricsSource(different: Partial<MetricsSource> = {}): MetricsSource {
  return {
    url: 'http://127.0.0.1:9100/metrics',
    connectedTo: null,
    origin: 'configuration',
    foundBy: '',
    state: 'up',
    service: null,
    instance: null,
    version: null,
    conventions: [],
    lastOkAtMs: null,
    triedAtMs: null,
    cost: null,
    fault: null,
    detail: '',
    ...different,
  };
}
