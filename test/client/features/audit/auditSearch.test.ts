import { expect, it } from 'vitest';
import {
  auditFilterOf,
  fieldTime,
  isNarrowed,
  nothingNarrowed,
  phaseOptions,
  timeOfField,
} from '#client/features/audit/auditSearch.ts';
import { parsePageSearch } from '#client/lib/urlState.ts';

it('an address without filters asks for everything', () => {
  expect(auditFilterOf(parsePageSearch({ before: 7, range: '7d' }))).toEqual({});
  expect(isNarrowed({ before: 7, entry: 3 })).toBe(false);
});

it('an address holds the whole filter', () => {
  const raw = {
    q: 'shoes',
    actor: 'ada',
    action: 'purgeTag',
    phase: 'ended:failed',
    plan: 'p',
    since: 5,
    until: 9,
  };
  const search = parsePageSearch(raw);
  expect(search).toEqual(raw);
  expect(auditFilterOf(search)).toEqual({
    text: 'shoes',
    actor: 'ada',
    action: 'purgeTag',
    phase: 'ended',
    state: 'failed',
    planId: 'p',
    sinceMs: 5,
    untilMs: 9,
  });
  expect(isNarrowed({ ...search, ...nothingNarrowed })).toBe(false);
});

it('offers each way in which a job ends after its end', () => {
  const values = phaseOptions.map(({ value }) => value);
  expect(values.slice(values.indexOf('ended')).slice(0, 3)).toEqual([
    'ended',
    'ended:completed',
    'ended:cancelled',
  ]);
});

it('a moment goes through the field and back, in the zone of the viewer', () => {
  const atMs = new Date(2026, 2, 2, 9, 5).getTime();
  expect(fieldTime(atMs)).toBe('2026-03-02T09:05');
  expect(timeOfField('2026-03-02T09:05')).toBe(atMs);
  expect([fieldTime(undefined), timeOfField(''), timeOfField('2026-')]).toEqual(['', undefined, undefined]);
});
