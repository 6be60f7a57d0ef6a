import { describe, expect, it } from 'vitest';
import { decodeEntry, encodeEntry, HEADER_BYTES } from '#cache/store/entryFormat.ts';

const header = {
  isNegative: true,
  isTagged: true,
  softExpiryAtMs: 1_790_000_000_123,
  loadMs: 42,
  version: 9_007_199_254_740_991,
  storedAtMs: 1_789_999_999_001,
  owner: Buffer.from('ownerown'),
};

describe('entryFormat', () => {
  it('gives back header and payload', () => {
    expect(decodeEntry(encodeEntry(header, Buffer.from('{"a":1}')))).toEqual({
      header,
      payload: Buffer.from('{"a":1}'),
    });
  });

  it('keeps the payload at a fixed place, so that the header changes in place', () => {
    const bytes = encodeEntry(header, Buffer.from('x'));
    bytes.writeBigUInt64BE(5n, 4);
    expect(decodeEntry(bytes)).toEqual({
      header: { ...header, softExpiryAtMs: 5 },
      payload: Buffer.from('x'),
    });
    expect(bytes.length).toBe(HEADER_BYTES + 1);
  });

  it.each([
    ['plain JSON', Buffer.from('{"id":1,"name":"a product of another program"}')],
    ['nothing', Buffer.alloc(0)],
    ['a cut header', encodeEntry(header, Buffer.alloc(0)).subarray(0, HEADER_BYTES - 1)],
    ['a later format', encodeEntry(header, Buffer.alloc(0)).fill(3, 2, 3)],
  ])('does not take %s for an entry', (_, bytes) => {
    expect(decodeEntry(bytes)).toBeNull();
  });

  it('holds a load time beyond its field at the largest it can say', () => {
    expect(decodeEntry(encodeEntry({ ...header, loadMs: 1e12 }, Buffer.alloc(0)))?.header.loadMs).toBe(
      2 ** 32 - 1,
    );
  });
});
