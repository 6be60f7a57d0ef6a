import { describe, expect, it } from 'vitest';
import { amountOf, changeId, coalesce, packBytes, unpackBytes } from '#cache/writeBehind/queue/change.ts';

const entry = (id: string, key: string, payload: string) => ({ id, key, payload, fields: '{}' });

describe('changes', () => {
  it('are one for each key, under the id of its last entry, in the order of these', () => {
    const changes = coalesce([entry('5-0', 'a', '1'), entry('5-1', 'b', '2'), entry('6-0', 'a', '-4')]);
    expect(changes.map(({ key, id }) => [key, id])).toEqual([
      ['b', changeId('5-1')],
      ['a', changeId('6-0')],
    ]);
    expect(changes.map(amountOf)).toEqual([2, -3]);
  });

  it('have ids that as text are in the order of time', () => {
    const ids = ['999-5', '1000-0', '1000-2', '1000-10', '1764104859123-0', '1764104859123-1'];
    const padded = ids.map(changeId);
    expect([...padded].sort()).toEqual(padded);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('{"name":"käse 🧀"}')],
    ['a byte order mark', Buffer.from([0xef, 0xbb, 0xbf, 0x41])],
    ['no text', Buffer.from([0, 0xff, 0xfe, 0x80])],
  ])('keep the bytes of a value: %s', (_, bytes) => {
    expect(Buffer.from(unpackBytes(packBytes(bytes)))).toEqual(bytes);
  });
});
