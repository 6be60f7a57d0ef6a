import type { ScrapeFault } from '#shared/scrape/scrapeFault.ts';
import type { ScrapeCost } from '#shared/snapshot.ts';
import type { MetricSample } from '../../expositionReader.ts';

/** What one scrape gave. `fault` says what of the page could not be read, `problem` the same for an operator. */
export type Scrape =
  | {
      readonly state: 'up';
      readonly atMs: number;
      readonly samples: readonly MetricSample[];
      readonly fault: ScrapeFault | null;
      readonly problem: string;
      readonly cost: ScrapeCost;
    }
  | {
      readonly state: 'down';
      readonly atMs: number;
      readonly fault: ScrapeFault;
      readonly detail: string;
      readonly cost: ScrapeCost;
    };

/** Ends a scrape; the message is for an operator. */
export class ScrapeProblem extends Error {
  readonly fault: ScrapeFault;

  constructor(fault: ScrapeFault, message: string) {
    super(message);
    this.name = 'ScrapeProblem';
    this.fault = fault;
  }
}
