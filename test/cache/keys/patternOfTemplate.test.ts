import { describe, expect, it } from 'vitest';
import { checkKeyPattern } from '#cache/keys/keyPattern.ts';
import { KeyTemplate } from '#cache/keys/keyTemplate.ts';
import { patternOfTemplate } from '#cache/keys/patternOfTemplate.ts';
import { keyMatcher } from '#shared/keys/namePattern.ts';

describe('the pattern of a template', () => {
  it('has the fields that are given, and a wildcard for each other', () => {
    expect(patternOfTemplate('recs:{userId}:{locale}', { locale: 'en' })).toBe('recs:{*}:en');
    expect(patternOfTemplate('recs:{userId}:{locale}', {})).toBe('recs:{*}:{*}');
    expect(patternOfTemplate('recs:{userId}:{locale}', { userId: 7, locale: 'de' })).toBe('recs:7:de');
  });

  it.each(['*', '**', 'a*', '{*}', ':', 'a:b', '[a-z]', '?', '\\*', 'é', '%2A'])(
    'takes the value "%s" for itself, as the key has it',
    (id) => {
      const template = new KeyTemplate('product:{id}:{locale}');
      const isMeant = keyMatcher(patternOfTemplate(template.text, { id }));
      expect(isMeant(template.build({ id, locale: 'en' }))).toBe(true);
      expect(isMeant(template.build({ id: 'other', locale: 'en' }))).toBe(false);
      expect(isMeant('product:a:b:en')).toBe(false);
    },
  );

  it('stands for no key of another family that begins alike', () => {
    const isMeant = keyMatcher(patternOfTemplate('product:{id}', {}));
    expect(isMeant('product:1')).toBe(true);
    expect(isMeant('product:1:reviews')).toBe(false);
  });

  it.each([
    ['misspelt', { Id: 1 }],
    ['forgotten', { id: undefined }],
    ['empty', { id: '' }],
    ['inherited by the object', { toString: 'x' }],
  ])('is refused when a field is %s, which would widen it to the family', (_, fields) => {
    expect(() => patternOfTemplate('product:{id}', fields)).toThrow(
      expect.objectContaining({ code: 'badField' }),
    );
  });

  it('of nothing but fields means everything, and is refused as a pattern', () => {
    expect(() => checkKeyPattern('shop:', patternOfTemplate('{a}:{b}', {}))).toThrow(
      expect.objectContaining({ code: 'patternTooBroad' }),
    );
  });
});

describe('a template with an asterisk', () => {
  it('is refused, since patterns could not tell it from a wildcard', () => {
    expect(() => new KeyTemplate('a*:{id}')).toThrow(expect.objectContaining({ code: 'badTemplate' }));
  });
});
