import type { MetricsFinder } from '#shared/scrape/metricsFinder.ts';
import type { TargetListener } from './metricsTargets.ts';
import type { ScrapeTarget } from './scrapeTarget.ts';

export interface JoinedListener extends TargetListener {
  /** What this one has told last. */
  targets(): readonly ScrapeTarget[];
}

/** Lets several tell one listener, which hears the targets and finders of all of them. */
export function joinListeners(listener: TargetListener): () => JoinedListener {
  const told: { targets: readonly ScrapeTarget[]; finders: readonly MetricsFinder[] }[] = [];
  return () => {
    const own: (typeof told)[number] = { targets: [], finders: [] };
    told.push(own);
    return {
      targets: () => own.targets,
      targetsChanged(targets) {
        own.targets = targets;
        listener.targetsChanged(told.flatMap((one) => one.targets));
      },
      scraped: (target, scrape) => listener.scraped(target, scrape),
      findersChanged(finders) {
        own.finders = finders;
        listener.findersChanged(told.flatMap((one) => one.finders));
      },
    };
  };
}
