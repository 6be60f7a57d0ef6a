import { describe, expect, it } from 'vitest';
import { MessageSequences } from '#cache/memory/messageSequences.ts';

/** Senders `a` and `b` began at 1; `hear` and `missedAt` are at a time in ms. */
function open() {
  const sequences = new MessageSequences();
  sequences.beginSession();
  return {
    sequences,
    hear: (seq: number, { from = 'a', since = 1, atMs = 0 } = {}) =>
      sequences.note({ from, since, seq }, atMs),
  };
}

describe('MessageSequences', () => {
  it('misses nothing while the numbers of each sender come in turn', () => {
    const { sequences, hear } = open();
    for (const seq of [7, 8, 9]) expect(hear(seq)).toBe('new');
    expect(hear(1, { from: 'b' })).toBe('new');
    expect(sequences.settle(5_000)).toEqual({ missedCount: 0, isInSession: false });
  });

  it('counts what a gap leaves out once, and not before it could still have come late', () => {
    const { sequences, hear } = open();
    hear(1);
    hear(5);
    expect(sequences.settle(999).missedCount).toBe(0);
    expect(sequences.settle(1_000)).toEqual({ missedCount: 3, isInSession: true });
    expect(sequences.settle(9_000).missedCount).toBe(0);
  });

  it('does not miss what another node relays a moment later', () => {
    const { sequences, hear } = open();
    hear(1);
    hear(3);
    expect(hear(2, { atMs: 500 })).toBe('late');
    expect(sequences.settle(5_000).missedCount).toBe(0);
  });

  it('calls a number that it has heard a duplicate', () => {
    const { hear } = open();
    hear(1);
    hear(2);
    expect(hear(2)).toBe('duplicate');
    expect(hear(1)).toBe('duplicate');
  });

  it('says of a gap across subscriptions that it concerns nothing in memory', () => {
    const { sequences, hear } = open();
    hear(1);
    sequences.beginSession();
    hear(4);
    expect(sequences.settle(2_000)).toEqual({ missedCount: 2, isInSession: false });
  });

  it('counts what a process that is new under a known name had sent before it was heard', () => {
    const { sequences, hear } = open();
    hear(4);
    expect(hear(3, { since: 2 })).toBe('new');
    expect(sequences.settle(2_000).missedCount).toBe(2);
    expect(hear(9, { since: 1 })).toBe('unknown');
  });

  it('cannot know of a sender that does not number its messages', () => {
    const { sequences } = open();
    expect(sequences.note({ from: 'old' }, 0)).toBe('unknown');
    expect(sequences.settle(5_000).missedCount).toBe(0);
  });

  it('does not keep every number of a gap that is very wide', () => {
    const { sequences, hear } = open();
    hear(1);
    hear(10_000_001);
    expect(sequences.settle(0).missedCount).toBe(10_000_000 - 1 - 1_000);
    expect(sequences.settle(1_000).missedCount).toBe(1_000);
  });
});
