/** One line of a metrics page. */
export interface MetricSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  readonly value: number;
}

/** What one scrape gave. `problem` says what of the page could not be read; empty when everything was. */
export type Scrape =
  | {
      readonly state: 'up';
      readonly atMs: number;
      readonly samples: readonly MetricSample[];
      readonly problem: string;
    }
  | { readonly state: 'down'; readonly atMs: number; readonly detail: string };

export interface ScrapeOptions {
  readonly nowMs: () => number;
  readonly timeoutMs?: number;
  readonly maxBytes?: number;
}

/** Reads one address of the configuration. Never throws; follows no redirect; at most 2 s and 8 MB. */
export async function scrapeMetrics(_url: string, _options: ScrapeOptions): Promise<Scrape> {
  throw new Error('not built yet');
}
