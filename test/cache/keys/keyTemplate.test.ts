import { describe, expect, expectTypeOf, it } from 'vitest';
import type { FieldsOf } from '#cache/keys/keyTemplate.ts';
import { KeyTemplate } from '#cache/keys/keyTemplate.ts';

describe('KeyTemplate', () => {
  it('builds a key from all of its fields', () => {
    expect(new KeyTemplate('recs:{userId}:{locale}').build({ userId: 7, locale: 'de' })).toBe('recs:7:de');
  });

  it.each([
    ['1:admin', 'recs:1%3Aadmin:de'],
    ['{id}', 'recs:%7Bid%7D:de'],
    ['a*b?c[d]', 'recs:a%2Ab%3Fc%5Bd%5D:de'],
    ['50%', 'recs:50%25:de'],
    ['é', 'recs:%C3%A9:de'],
  ])('keeps the field %s inside its segment', (userId, key) => {
    expect(new KeyTemplate('recs:{userId}:{locale}').build({ userId, locale: 'de' })).toBe(key);
  });

  it('never gives one key to two different sets of fields', () => {
    const template = new KeyTemplate('{a}:{b}');
    expect(template.build({ a: 'x:y', b: 'z' })).not.toBe(template.build({ a: 'x', b: 'y:z' }));
    expect(template.build({ a: 'x%3Ay', b: 'z' })).not.toBe(template.build({ a: 'x:y', b: 'z' }));
  });

  it.each([
    ['a missing field', {}],
    ['an empty field', { id: '' }],
    ['a field that is not a number', { id: Number.NaN }],
    ['half a surrogate pair', { id: '\ud800' }],
  ])('refuses %s', (_, fields) => {
    expect(() => new KeyTemplate('product:{id}').build(fields)).toThrow(
      expect.objectContaining({ code: 'badField' }),
    );
  });

  it.each([
    '',
    'product:{id',
    'product:id}',
    'product:{}',
    'a:{id}:{id}',
    'product:{a b}',
    'tag:{id}',
    'x:tag:{id}',
    'key-tags:{id}',
  ])('refuses the template "%s"', (text) => {
    expect(() => new KeyTemplate(text)).toThrow(expect.objectContaining({ code: 'badTemplate' }));
  });

  it('refuses fields that would name a key of the tag index', () => {
    expect(() => new KeyTemplate('{kind}:{id}').build({ kind: 'tag', id: 1 })).toThrow(
      expect.objectContaining({ code: 'badField' }),
    );
  });

  it.each([
    ['recs:{userId}:{locale}', { userId: 7, locale: 'de' }],
    ['recs:{userId}:{locale}', { userId: 'a:*é%', locale: '{x}' }],
    ['home', {}],
    ['{a}:{b}', { a: 'x%3Ay', b: 'z' }],
  ])('tells the fields of a name of %s', (text, fields) => {
    const template = new KeyTemplate(text);
    const texts = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value)]));
    expect(template.parse(template.build(fields, 'shop:'), 'shop:')).toEqual(texts);
    expect(template.parse(`${template.build(fields, 'shop:')}:v7`, 'shop:', ':v[^:{}]+')).toEqual(texts);
  });

  it.each([
    ['of another prefix', 'product:{id}', 'product:7'],
    ['of another template', 'product:{id}', 'shop:price:7'],
    ['with text after it', 'product:{id}', 'shop:product:7:more'],
    ['that no field gives', 'product:{id}', 'shop:product:%zz'],
    ['that other fields give as well', '{a}-{b}', 'shop:x-y-z'],
    ['whose fields touch', '{a}{b}', 'shop:xy'],
  ])('tells no fields of a name %s', (_, text, name) => {
    expect(new KeyTemplate(text).parse(name, 'shop:')).toBeNull();
  });

  it('matches the names that it builds and no others', () => {
    const matcher = new KeyTemplate('category:{slug}:page:{n}').matcher('catalog:');
    expect(matcher.test('catalog:category:a%3Ab:page:3')).toBe(true);
    expect(matcher.test('catalog:category:a:b:page:3')).toBe(false);
    expect(matcher.test('user:category:a:page:3')).toBe(false);
  });

  it('names its fields in its type', () => {
    expectTypeOf<FieldsOf<'recs:{userId}:{locale}'>>().toEqualTypeOf<{
      readonly userId: string | number;
      readonly locale: string | number;
    }>();
  });
});
