import { noAccess, noLabels, type ScrapeTarget, targetId } from '#server/sources/targets/scrapeTarget.ts';

/** A target as the configuration names it; say what is different. */
export function scrapeTarget(url: string, different: Partial<ScrapeTarget> = {}): ScrapeTarget {
  return {
    id: targetId(url, null),
    url,
    origin: 'configuration',
    foundBy: '',
    labels: noLabels,
    access: noAccess,
    connectTo: null,
    ranges: null,
    ...different,
  };
}

export const noCost = { durationMs: 1, pageBytes: 0, seriesReadCount: 0, seriesKeptCount: 0 };
