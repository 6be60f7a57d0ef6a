import { readFile } from 'node:fs/promises';
import type { CountedSeries, TrafficConvention } from '#server/sources/metrics/trafficConvention.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

/** What the convention makes of a page's text. */
export function readSeries(convention: TrafficConvention, text: string): readonly CountedSeries[] {
  return parseExposition(text).samples.flatMap((sample) => {
    const series = convention.isNamed(sample.name) ? convention.read(sample) : null;
    return series === null ? [] : [series];
  });
}

/** The same of a page in `pages/`, as the real program served it unless its test says otherwise. */
export async function readPageSeries(
  convention: TrafficConvention,
  name: string,
): Promise<readonly CountedSeries[]> {
  const text = await readFile(new URL(`pages/${name}.txt`, import.meta.url), 'utf8');
  return readSeries(convention, text);
}

/** `user hits 80`, for tests to compare. */
export function describeSeries({ name, counted, value }: CountedSeries): string {
  switch (counted.kind) {
    case 'level':
      return `${name} ${counted.level} ${counted.metric} ${value}`;
    case 'missReason':
      return `${name} ${counted.reason} ${value}`;
    case 'count':
    case 'ttlAtSet':
    case 'size':
      return `${name} ${counted.metric} ${value}`;
  }
}
