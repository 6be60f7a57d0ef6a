import { expect, test } from 'vitest';
import { jsonShape } from '#server/sources/look/jsonShape.ts';

const shape = (text: string) => jsonShape(Buffer.from(text));

test('objects with the same names have one shape, in any order and with any values', () => {
  expect(shape('{"a":1,"b":{"c":2}}')).toEqual(shape('{"b":null,"a":"x"}'));
  expect(shape('{"a":1}')).not.toEqual(shape('{"a":1,"b":2}'));
  expect(shape('{"a,b":1}')).not.toEqual(shape('{"a":1,"b":2}'));
  expect(shape('{"a":1,"b":2}')).toMatchObject({
    fieldCount: 2,
    hash: expect.stringMatching(/^[0-9a-f]{8}$/),
  });
});

test.each(['[1]', '7', 'null', '"a"', '{"a":', ''])('%j has none', (text) => {
  expect(shape(text)).toBeNull();
});
