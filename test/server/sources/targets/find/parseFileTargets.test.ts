import { expect, test } from 'vitest';
import { parseFileTargets } from '#server/sources/targets/find/parseFileTargets.ts';
import { noAccess } from '#server/sources/targets/scrapeTarget.ts';

const options = { path: 'targets.json', access: { ...noAccess, username: 'me' } };

function parse(content: unknown) {
  return parseFileTargets(JSON.stringify(content), options);
}

test('reads groups of targets with the labels that say what they are', () => {
  const parsed = parse([
    { targets: ['10.0.0.5:9100', '[::1]:9100'], labels: { job: 'catalog', version: '7', team: 'x' } },
    {
      targets: ['cart.internal'],
      labels: { __scheme__: 'https', __metrics_path__: '/m', service: 'cart', job: 'j', instance: 'i' },
    },
    { targets: [] },
  ]);
  expect('targets' in parsed && parsed.targets).toMatchObject([
    { url: 'http://10.0.0.5:9100/metrics', labels: { service: 'catalog', instance: null, version: '7' } },
    { url: 'http://[::1]:9100/metrics', origin: 'file', foundBy: 'targets.json', access: { username: 'me' } },
    { url: 'https://cart.internal/m', labels: { service: 'cart', instance: 'i', version: null } },
  ]);
});

test.each<[string, string, string]>([
  ['no JSON', '- targets: [a:1]', 'no JSON'],
  ['half a file', '[{"targets": ["a:1"', 'no JSON'],
  ['no list', '{"targets":[]}', 'not a list of groups'],
  ['a group without targets', '[{"labels":{}}]', '[0].targets: '],
  ['a label that is a number', '[{"targets":["a:1"],"labels":{"job":1}}]', '[0].labels.job: '],
  ['an unknown key', '[{"targets":["a:1"],"lables":{}}]', 'lables'],
  ['an address', '[{"targets":["http://a:1/metrics"]}]', 'host:port'],
  ['credentials', '[{"targets":["me:pw@a:1"]}]', 'host:port'],
  ['a port that is none', '[{"targets":["a:99999"]}]', 'host:port'],
  ['another scheme', '[{"targets":["a:1"],"labels":{"__scheme__":"file"}}]', 'host:port'],
])('refuses %s, and says what is wrong', (_name, text, words) => {
  expect(parseFileTargets(text, options)).toEqual({ problem: expect.stringContaining(words) });
});

test('leaves out what is past the bound, and says how many', () => {
  const parsed = parse([{ targets: Array.from({ length: 1_003 }, (_, at) => `h${at}:1`) }]);
  expect('targets' in parsed && parsed.targets.length).toBe(1_000);
  expect(parsed).toMatchObject({ leftOut: '3 targets past the first 1000 are left out.' });
});

test('labels named as what every object has are plain data', () => {
  const parsed = parseFileTargets(
    '[{"targets":["a:1"],"labels":{"__proto__":"x","constructor":"y"}}]',
    options,
  );
  expect('targets' in parsed && parsed.targets[0]?.labels.service).toBe(null);
});
