import { expect, test } from 'vitest';
import { groupByProcess } from '#server/sources/prometheus/groupByProcess.ts';

test('each process has the samples of its own page, with the labels as the page had them', () => {
  const labels = { __name__: 'cache_gets_total', job: 'shop', result: 'hit' };
  expect(
    groupByProcess([
      { labels: { ...labels, instance: 'a:1' }, value: 3 },
      { labels: { ...labels, instance: 'b:1' }, value: 4 },
      {
        labels: {
          __name__: 'cache_client_info',
          job: 'shop',
          instance: 'a:1',
          service: 'kubernetes-service',
          exported_service: 'catalog',
          exported_instance: 'catalog-1',
        },
        value: 1,
      },
    ]),
  ).toEqual([
    {
      job: 'shop',
      instance: 'a:1',
      samples: [
        { name: 'cache_gets_total', labels: new Map([['result', 'hit']]), value: 3 },
        {
          name: 'cache_client_info',
          labels: new Map([
            ['service', 'catalog'],
            ['instance', 'catalog-1'],
          ]),
          value: 1,
        },
      ],
    },
    {
      job: 'shop',
      instance: 'b:1',
      samples: [{ name: 'cache_gets_total', labels: new Map([['result', 'hit']]), value: 4 }],
    },
  ]);
});

test('a series that tells no process is of one that has no name', () => {
  expect(groupByProcess([{ labels: { __name__: 'circuit' }, value: 3 }])).toEqual([
    { job: null, instance: null, samples: [{ name: 'circuit', labels: new Map(), value: 3 }] },
  ]);
});
