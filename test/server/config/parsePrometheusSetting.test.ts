import { expect, test } from 'vitest';
import {
  parseMatchers,
  parseMetricMappings,
  parsePrometheusUrl,
} from '#server/config/parsePrometheusSetting.ts';

test('an address may have a path, as behind a proxy or in Mimir', () => {
  expect(parsePrometheusUrl('https://mimir.example/prometheus')).toEqual({
    value: 'https://mimir.example/prometheus',
  });
});

test.each([
  ['prometheus:9090', 'is not an http:// or https:// address'],
  ['http://prometheus:9090/graph?q=1', 'is not an http:// or https:// address'],
  ['http://ada:s3cret@prometheus:9090', '--prometheus-password-file'],
])('%s is refused', (text, problem) => {
  const parsed = parsePrometheusUrl(text);
  expect(parsed).toEqual({ problem: expect.stringContaining(problem) });
  expect(JSON.stringify(parsed)).not.toContain('s3cret');
});

test.each(['namespace="shop"', 'namespace="shop",env=~"prod|live"', 'job!="a\\"b" , pod !~ "x.*"'])(
  '%s is a list of matchers',
  (text) => {
    expect(parseMatchers(text)).toEqual({ value: text });
  },
);

test.each(['shop', '{namespace="shop"}', 'namespace=shop', 'a="b"}) or vector(1) #', ''])(
  '%s is no list of matchers',
  (text) => {
    expect(parseMatchers(text)).toEqual({ problem: expect.stringContaining('no list of label matchers') });
  },
);

test('a file of mappings is a list, and what is wrong in it is said with its place', () => {
  const good = { metric: 'reads_total', counts: 'hits', cacheName: 'users' };
  expect(parseMetricMappings(JSON.stringify([good]))).toEqual({ value: [good] });
  expect(parseMetricMappings('{')).toEqual({ problem: 'is not a JSON list of mappings' });
  expect(parseMetricMappings('{}')).toEqual({ problem: 'is not a JSON list of mappings' });
  expect(parseMetricMappings(JSON.stringify([good, { ...good, counts: 'reads' }]))).toEqual({
    problem: expect.stringMatching(/^mapping 2: counts: /),
  });
});
