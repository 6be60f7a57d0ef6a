import { describe, expect, it } from 'vitest';
import { parseInvalidationMessage } from '#shared/control/invalidationMessage.ts';

const told = { v: 1, from: 'catalog-1', keys: ['a'], tags: [], patterns: [], namespaces: [] };

function parsed(more: object) {
  return parseInvalidationMessage(JSON.stringify({ ...told, ...more }));
}

describe('parseInvalidationMessage', () => {
  it('reads the number of a message', () => {
    expect(parsed({ since: 5, seq: 3 })).toEqual({ ...told, since: 5, seq: 3 });
  });

  it('reads a message of an older release, which has none', () => {
    expect(parsed({})).toEqual(told);
  });

  it('takes half a number, or one that is none, as no number', () => {
    for (const wrong of [{ seq: 3 }, { since: 5 }, { since: 5, seq: 0 }, { since: 'x', seq: 1 }])
      expect(parsed(wrong)).toEqual(told);
  });

  it('refuses what is no message, or of a later format', () => {
    expect(parseInvalidationMessage('{')).toBeNull();
    expect(parsed({ v: 2 })).toBeNull();
  });
});
