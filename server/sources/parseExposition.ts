import { parseSeries } from './expositionLine.ts';
import { ExpositionReader, type MetricSample } from './expositionReader.ts';
import { pageProblem } from './pageProblem.ts';

export type { MetricSample } from './expositionReader.ts';

export interface Exposition {
  readonly samples: readonly MetricSample[];
  /** What of the page could not be read, in a sentence; empty when everything was. */
  readonly problem: string;
}

/** Most series of one text. */
export const MAX_SERIES = 50_000;

/**
 * All samples of a metrics page that is at hand as a text; see ExpositionReader for what is understood. Lines that cannot be
 * read are left out and told in `problem`. Never throws.
 */
export function parseExposition(text: string): Exposition {
  const samples: MetricSample[] = [];
  let isCut = false;
  const reader = new ExpositionReader({
    isWanted: () => true,
    take: (seriesText, value) => {
      isCut = samples.length >= MAX_SERIES;
      const series = isCut ? null : parseSeries(seriesText);
      if (series !== null) samples.push({ ...series, value });
      if (isCut) return 'stop';
      return series === null ? 'malformed' : 'taken';
    },
  });
  reader.write(Buffer.from(text));
  reader.end();
  const problem = pageProblem(reader.counts)?.text ?? '';
  return {
    samples,
    problem: isCut ? `The page has more than ${MAX_SERIES} series; the rest was left out.` : problem,
  };
}
