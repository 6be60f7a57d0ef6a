import { expect, test } from 'vitest';
import { openKeyIds } from '#server/snapshot/keys/keyIds.ts';

test('an id leads back to its key, is the same each time, and tells nothing of the name', () => {
  const ids = openKeyIds();
  const key = Buffer.from([0x61, 0xff, 0]);
  const id = ids.idOf(key);
  expect(ids.idOf(Buffer.from(key))).toBe(id);
  expect(ids.keyOf(id)).toEqual(key);
  expect(id).toMatch(/^[\w-]{22}$/);
  expect(openKeyIds().idOf(key)).not.toBe(id);
  expect(openKeyIds().keyOf(id)).toBeNull();
});

test('the oldest names are forgotten when there are too many or too large ones', () => {
  const ids = openKeyIds();
  const first = ids.idOf(Buffer.from('first'));
  const second = ids.idOf(Buffer.from('second'));
  for (let at = 0; at < 49_998; at += 1) ids.idOf(Buffer.from(`key ${at}`));
  expect(ids.keyOf(first)).not.toBeNull();
  ids.idOf(Buffer.from('one more'));
  expect(ids.keyOf(first)).toBeNull();
  ids.idOf(Buffer.from('second'));
  for (let at = 0; at < 80; at += 1) ids.idOf(Buffer.alloc(512 * 1_024, at));
  expect(ids.keyOf(second)).toBeNull();
  const last = Buffer.alloc(40 * 1_024 * 1_024, 7);
  expect(ids.keyOf(ids.idOf(last))?.equals(last)).toBe(true);
});
