import { describe, expect, it } from 'vitest';
import { type InstanceSnapshot, parseInstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

const snapshot: InstanceSnapshot = {
  v: 1,
  service: 'shop',
  instance: 'i1',
  version: '1.0',
  startedAtMs: 1,
  atMs: 2,
  patterns: [],
  counts: [],
  lags: [],
  warmers: [],
  state: null,
  everyMs: 5_000,
  metricsUrl: null,
  takesCommands: true,
  controlUrl: null,
};

describe('parseInstanceSnapshot', () => {
  it('reads what an instance wrote, and leaves out what it does not know', () => {
    expect(parseInstanceSnapshot(JSON.stringify({ ...snapshot, later: [1] }))).toEqual(snapshot);
  });

  it('does not know what an older library does not say', () => {
    const { takesCommands, ...older } = snapshot;
    const warmer = { warmer: 'top', state: 'completed', doneCount: 1, plannedCount: 1 };
    expect(parseInstanceSnapshot(JSON.stringify({ ...older, warmers: [warmer] }))).toEqual({
      ...older,
      warmers: [{ ...warmer, atMs: null }],
      takesCommands: null,
    });
    expect(takesCommands).toBe(true);
  });

  it.each([
    ['no JSON', 'PONG'],
    ['no object', '[]'],
    ['null', 'null'],
    ['a later format', JSON.stringify({ ...snapshot, v: 2 })],
    ['a missing field', JSON.stringify({ ...snapshot, service: undefined })],
    ['a text for a number', JSON.stringify({ ...snapshot, atMs: '2' })],
    ['a count below 0', JSON.stringify({ ...snapshot, lags: [{ event: 'a', count: -1, totalMs: 0 }] })],
    ['a list that is none', JSON.stringify({ ...snapshot, patterns: {} })],
    ['a pattern without its counts', JSON.stringify({ ...snapshot, patterns: [{ pattern: 'a' }] })],
    ['an unknown word', JSON.stringify({ ...snapshot, warmers: [{ warmer: 'a', state: 'gone' }] })],
  ])('is null for %s', (_, text) => {
    expect(parseInstanceSnapshot(text)).toBeNull();
  });
});
