import type { MetricSample } from '../expositionReader.ts';
import type { VectorSample } from './queryPrometheus.ts';

/** The samples of one process, as its own page would have them. */
export interface ProcessSamples {
  /** Prometheus's name for it: `job`, and `instance`, which is the `host:port` that it scrapes. Null = not told. */
  readonly job: string | null;
  readonly instance: string | null;
  readonly samples: readonly MetricSample[];
}

const EXPORTED = 'exported_';
const serverLabels = new Set(['__name__', 'job', 'instance']);

/** Undoes what Prometheus does to labels. Each process stands alone, so that the restart of one is none of the others'. */
export function groupByProcess(samples: readonly VectorSample[]): readonly ProcessSamples[] {
  const processes = new Map<string, ProcessSamples & { readonly samples: MetricSample[] }>();
  for (const { labels, value } of samples) {
    const { job = null, instance = null, __name__: name = '' } = labels;
    const key = JSON.stringify([job, instance]);
    const process = processes.get(key) ?? { job, instance, samples: [] };
    processes.set(key, process);
    process.samples.push({ name, labels: pageLabels(labels), value });
  }
  return [...processes.values()];
}

function pageLabels(labels: VectorSample['labels']): ReadonlyMap<string, string> {
  const own = Object.entries(labels).filter(([name]) => !serverLabels.has(name));
  const isExported = ([name]: [string, string]) => name.startsWith(EXPORTED);
  return new Map([
    ...own.filter((label) => !isExported(label)),
    ...own.filter(isExported).map(([name, value]) => [name.slice(EXPORTED.length), value] as const),
  ]);
}
