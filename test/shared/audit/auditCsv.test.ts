import { expect, it } from 'vitest';
import { AUDIT_CSV_HEADING, auditCsvRow } from '#shared/audit/auditCsv.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';

const entry = (reason: string) => ({
  ...auditRecord({ reason, planId: 'p' }),
  sequence: 7,
  atMs: Date.UTC(2026, 10, 23, 14, 2, 11, 5),
  previousHash: 'a',
  hash: 'b',
});

it('is one line per entry below a heading; what is not known is empty', () => {
  expect(AUDIT_CSV_HEADING).toMatch(/^sequence,at,environment,actor,.*,hash,approver\r\n$/);
  expect(auditCsvRow(entry('wrong prices'))).toBe(
    '7,2026-11-23T14:02:11.005Z,demo,local,purge,planned,tag:1,3,,,,,,wrong prices,p,,b,\r\n',
  );
  const approved = auditCsvRow({ ...entry('x'), approver: 'bob' });
  expect(approved).toMatch(/,b,bob\r\n$/);
});

it.each([
  ['=HYPERLINK("http://evil")', '"\'=HYPERLINK(""http://evil"")"'],
  ['+1', "'+1"],
  ['-1', "'-1"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['a,b', '"a,b"'],
  ['\t=x', '\\u0009=x'],
  ['two\r\nlines', 'two\\u000d\\u000alines'],
  ['\u001b[2J\u202e', '\\u001b[2J\\u202e'],
  ['plain', 'plain'],
])('writes the reason %j as %j', (reason, cell) => {
  expect(auditCsvRow(entry(reason))).toContain(`,${cell},p,,b,\r\n`);
});
