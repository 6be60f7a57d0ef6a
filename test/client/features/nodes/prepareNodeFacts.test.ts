import { expect, test } from 'vitest';
import { filterInfo } from '#client/features/nodes/filterInfo.ts';
import { prepareNodeFacts } from '#client/features/nodes/prepareNodeFacts.ts';
import { calmFacts, calmRates } from '../overview/measuredHour.ts';

type Facts = typeof calmFacts;
type Rates = typeof calmRates;

function fact(label: string, facts: Partial<Facts> = {}, rates: Partial<Rates> = {}) {
  const groups = prepareNodeFacts({ ...calmFacts, ...facts }, { ...calmRates, ...rates });
  return groups.flatMap((group) => group.facts).find((candidate) => candidate.label === label);
}

test('a calm node has no sign on any line, and every line says what it means', () => {
  const facts = prepareNodeFacts(calmFacts, calmRates).flatMap((group) => group.facts);
  expect(facts.filter(({ severity }) => severity !== undefined)).toEqual([]);
  expect(facts.every(({ meaning }) => meaning.length > 10)).toBe(true);
});

test.each<[string, Partial<Facts>, Partial<Rates>, string | undefined]>([
  ['Memory used', { usedMemoryBytes: 104_857_600 }, {}, undefined],
  ['Memory used', { usedMemoryBytes: 104_857_600, evictionPolicy: 'noeviction' }, {}, 'critical'],
  ['Limit (maxmemory)', { maxMemoryBytes: null }, {}, 'note'],
  ['Evicted', {}, { evictedPerSecond: 3 }, 'warning'],
  ['Evicted', {}, { evictedPerSecond: null }, undefined],
  ['Fragmentation', { allocatorFragmentationRatio: 3 }, {}, undefined],
  ['Fragmentation', { allocatorFragmentationRatio: 3, usedMemoryBytes: 2 ** 31 }, {}, 'warning'],
  ['Refused connections', {}, { rejectedConnectionsPerSecond: 0.5 }, 'critical'],
  ['Clients', { connectedClientCount: 9_500 }, {}, 'warning'],
  ['Up for', { uptimeSeconds: 30 }, {}, 'note'],
  ['Last save', { lastSaveFailed: true }, {}, 'warning'],
])('%s with %j %j has the sign %s', (label, facts, rates, severity) => {
  expect(fact(label, facts, rates)?.severity).toBe(severity);
});

test('what this Redis does not say is unknown, not zero', () => {
  expect(fact('Expired, still held', { expiredStaleRatio: null })?.value).toBeNull();
  expect(fact('Commands', {}, { commandsPerSecond: null })?.value).toBeNull();
});

test('the filter of INFO needs every word, in the name, the value or the section', () => {
  const sections = [
    {
      name: 'Memory',
      fields: [
        { name: 'used_memory', value: '1' },
        { name: 'maxmemory_policy', value: 'noeviction' },
      ],
    },
    { name: 'Stats', fields: [{ name: 'evicted_keys', value: '0' }] },
  ];
  expect(filterInfo(sections, '  ')).toBe(sections);
  expect(filterInfo(sections, 'MEMORY evict')).toEqual([
    { name: 'Memory', fields: [{ name: 'maxmemory_policy', value: 'noeviction' }] },
  ]);
  expect(filterInfo(sections, 'nothing')).toEqual([]);
});
