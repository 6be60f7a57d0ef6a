import { metricNames } from '#shared/metricNames.ts';
import type { TrafficConvention } from '../metrics/trafficConvention.ts';
import { serviceQuery } from '../services/serviceMetrics.ts';

/** How Prometheus names a process. */
const processLabels = ['job', 'instance'];

/** `cache_client_info`, by which our library says which process its page is of. */
const info = { metricNames: metricNames.info, labels: ['cache', 'service', 'instance', 'version'] };

/**
 * PromQL for the counters of all conventions as they stand, one series for each process and each combination of labels that
 * any convention reads. All in one, since conventions share names: a series that came twice with other labels would count
 * twice. Prometheus renames a label of the page that one of its own hides to `exported_...`. `matchers` is what the operator
 * limits it to, such as `namespace="shop"`; empty = everything.
 */
export function trafficQuery(conventions: readonly TrafficConvention[], matchers: string): string {
  const queries = [info, serviceQuery, ...conventions.map(({ query }) => query)];
  const names = queries.map((query) => query.metricNames).join('|');
  const labels = queries.flatMap((query) => query.labels);
  const kept = ['__name__', ...processLabels, ...labels, ...labels.map((label) => `exported_${label}`)];
  const selector = [`__name__=~${quote(names)}`, ...(matchers === '' ? [] : [matchers])].join(', ');
  return `sum by (${[...new Set(kept)].map(labelName).join(', ')}) ({${selector}})`;
}

/** Prometheus 3 takes any label name when it is quoted; Prometheus 2 has none that needs it. */
function labelName(name: string): string {
  return /^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name) ? name : quote(name);
}

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
