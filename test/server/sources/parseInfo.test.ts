import { describe, expect, test } from 'vitest';
import { parseInfo } from '#server/sources/parseInfo.ts';
import { redis62, redis80 } from './infoFixtures.ts';

describe('parseInfo', () => {
  test('keeps sections and fields in order, with unknown fields and values as they are', () => {
    const sections = parseInfo(redis80.replaceAll('\n', '\r\n'));
    expect(sections.map((section) => section.name).slice(0, 3)).toEqual(['Server', 'Clients', 'Memory']);
    expect(sections[2]?.fields.at(-1)).toEqual({ name: 'lookaside_of_the_future', value: '17' });
    expect(sections.find((section) => section.name === 'Modules')?.fields[0]?.value).toContain('usedby=[]');
  });

  test('splits at the first colon only', () => {
    const executable = parseInfo(redis62)[0]?.fields.find((field) => field.name === 'executable');
    expect(executable?.value).toBe('/usr/bin/redis-server --port 6379:odd');
  });

  test.each([
    ['nothing', '', []],
    ['fields without a heading', 'a:1', [{ name: 'Unnamed', fields: [{ name: 'a', value: '1' }] }]],
    ['lines without a colon', '# A\nnonsense\n:x\nb:', [{ name: 'A', fields: [{ name: 'b', value: '' }] }]],
    [
      'an empty section',
      '# A\n\n# B\n',
      [
        { name: 'A', fields: [] },
        { name: 'B', fields: [] },
      ],
    ],
  ])('takes %s', (_name, text, expected) => {
    expect(parseInfo(text)).toEqual(expected);
  });
});
