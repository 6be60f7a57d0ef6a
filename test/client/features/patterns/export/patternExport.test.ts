import { expect, it } from 'vitest';
import { patternsCsv, patternsJson } from '#client/features/patterns/export/patternExport.ts';
import { preparePatterns } from '#client/features/patterns/preparePatterns.ts';
import { patternList, tableRow } from '../patternList.ts';

const list = patternList([
  tableRow('product:{id}', { hits: 300, misses: 700, before: { hits: 940, misses: 60 } }),
  tableRow('=cmd|calc', null),
  tableRow('few:{id}', { hits: 40, misses: 3 }),
]);
const rows = preparePatterns(list);

function csv() {
  const [header = '', ...lines] = patternsCsv(list.span, rows).trimEnd().split('\r\n');
  const names = header.split(',');
  return lines.map((line) => Object.fromEntries(line.split(',').map((cell, at) => [names[at], cell])));
}

it('writes raw numbers with their units in the names, and the range as ISO times', () => {
  expect(csv()[0]).toMatchObject({
    pattern: 'product:{id}',
    hit_rate_ratio: '0.3',
    hit_rate_before_ratio: '0.94',
    lookups_count: '1000',
    misses_per_second: String(700 / 60),
    miss_cost_source_ms_per_second: String((700 / 60) * 12),
    memory_estimate_bytes: '10240',
    range_from_utc: '2027-01-15T07:00:00Z',
    range_to_utc: '2027-01-15T08:00:00Z',
  });
});

it('leaves empty what is not known, and a rate that stands on too few look-ups', () => {
  expect(csv()[1]).toMatchObject({ hit_rate_ratio: '', misses_per_second: '', ttl_left_p50_ms: '60000' });
  expect(csv()[2]).toMatchObject({ hit_rate_ratio: '', lookups_count: '43' });
});

it('writes no name that a spreadsheet would run', () => {
  expect(csv()[1]?.pattern).toBe("'=cmd|calc");
});

it('says in JSON what the rows are of, with null for what is not known', () => {
  const content: unknown = JSON.parse(patternsJson({ list, filter: 'id', rows }));
  expect(content).toMatchObject({
    range: { fromUtc: '2027-01-15T07:00:00Z', toUtc: '2027-01-15T08:00:00Z' },
    comparedWith: { toUtc: '2027-01-15T07:00:00Z' },
    filter: 'id',
    patterns: [{ pattern: 'product:{id}', hit_rate_ratio: 0.3 }, { hit_rate_ratio: null }, {}],
  });
});
