import { expect, test } from 'vitest';
import { csvText } from '#shared/export/csvText.ts';

test.each([
  ['=HYPERLINK("http://evil")', '"\'=HYPERLINK(""http://evil"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['\r=1', '"\'\r=1"'],
  ['a,b', '"a,b"'],
  ['a\nb', '"a\nb"'],
  ['product:{id}', 'product:{id}'],
])('the text %j is written as %j, so that no spreadsheet runs it', (text, cell) => {
  expect(csvText(['x'], [[text]])).toBe(`x\r\n${cell}\r\n`);
});

test('numbers stay numbers, negative ones too, and what is not known is empty', () => {
  expect(csvText(['a', 'b', 'c'], [[-1.5, 1e-7, null]])).toBe('a,b,c\r\n-1.5,1e-7,\r\n');
});
