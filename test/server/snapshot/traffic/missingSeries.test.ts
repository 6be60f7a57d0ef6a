import { expect, test } from 'vitest';
import { MissingSeries } from '#server/snapshot/traffic/missingSeries.ts';
import { parseTrafficCounters } from '#server/sources/metrics/parseTrafficCounters.ts';
import { parseExposition } from '#server/sources/parseExposition.ts';

function counters(started: number, ...patterns: readonly string[]) {
  const lines = patterns.map((pattern) => `cache_puts_total{key_pattern="${pattern}"} 1`);
  return parseTrafficCounters(
    parseExposition([`process_start_time_seconds ${started}`, ...lines].join('\n')).samples,
  );
}

const both = counters(1, 'a', 'b');
const one = counters(1, 'a');
const [lost = ''] = [...both.series.keys()].filter((id) => !one.series.has(id));

test('remembers what the page lost until it is back', () => {
  const missing = new MissingSeries();
  missing.note(both, one);
  expect(missing.has(lost)).toBe(true);
  missing.note(one, one);
  expect(missing.has(lost)).toBe(true);
  missing.note(one, both);
  expect(missing.has(lost)).toBe(false);
});

test('forgets with the process', () => {
  const missing = new MissingSeries();
  missing.note(both, one);
  missing.note(one, counters(2, 'a'));
  expect(missing.has(lost)).toBe(false);
});
