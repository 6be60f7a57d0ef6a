import { expect, it } from 'vitest';
import { breakersText, type KnownBreakers } from '#server/cli/services/breakersText.ts';
import { breaker, instance, open } from '#test/support/services/breakerReadings.ts';

function textOf(
  instances: KnownBreakers['instances'],
  connection: KnownBreakers['connection'] = { state: 'connected', sinceMs: 0 },
): readonly string[] {
  const announcements = { state: 'working', lastOkAtMs: 99_000, detail: '', leftOutCount: 0 } as const;
  return breakersText({ instances, connection, announcements, nowMs: 103_000 }).split('\n');
}

/** The names of the instances, from the first line down. */
const order = (lines: readonly string[]) => lines.slice(2).map((line) => line.split(/ +/)[1]);

it('puts what is known to keep calls back first, then what is silent or not known, then what is closed', () => {
  const lines = textOf([
    instance('closed', breaker()),
    { ...instance('silent', open(5_000)), silentSinceMs: 60_000 },
    instance('unknown', breaker({ state: null, whyUnknown: 'its metrics do not say' })),
    instance('half', breaker({ state: 'halfOpen', sinceMs: 9_000 })),
    instance('later', open(20_000)),
    instance('first', open(10_000)),
  ]);
  const names = order(lines);
  expect(names.slice(0, 3)).toEqual(['first', 'later', 'half']);
  expect(names.slice(3, 5).toSorted()).toEqual(['silent', 'unknown']);
  expect(names.at(-1)).toBe('closed');
});

it('says of an open one what opened it, and of another how its calls fare', () => {
  const lines = textOf([
    instance('open', open(10_000, { failed: 0.25, slow: 1 })),
    instance('closed', breaker({ failureRatio: 0.125, slowCallRatio: null })),
  ]);
  expect(lines[2]).toMatch(/ open +1970-01-01T00:00:10Z +25\.0 % +100\.0 % +3 s ago, http$/);
  expect(lines[3]).toMatch(/ closed +1970-01-01T00:00:01Z +12\.5 % +- +3 s ago, http$/);
});

it('says since when Redis does not answer, and how the instances are read', () => {
  const [first] = textOf([instance('open', open(10_000))], { state: 'unreachable', sinceMs: 50_000 });
  expect(first).toMatch(/^Redis does not answer since 1970-01-01T00:00:50Z; instances are read over HTTP/);
  expect(textOf([instance('open', open(10_000))])[0]).not.toContain('does not answer');
});
