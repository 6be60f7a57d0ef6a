import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type AuditHead, formatHead, parseHead } from '#server/audit/auditChain.ts';
import { readNotedHeads } from '#server/audit/notedHeads.ts';
import { type AuditVerdict, verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { printable } from '#shared/export/printable.ts';
import type { CliCommand, CliTools } from '../cliCommand.ts';
import { type CliOptions, usageProblem } from '../cliOptions.ts';
import { amount } from '../textTable.ts';

/** Needs no server: an operator who doubts one should not have to ask it. */
export const auditVerifyCommand: CliCommand = {
  name: 'audit verify',
  help: 'Whether the audit log is as it was written; 0 = it is, 1 = it is not, 2 = it cannot be read',
  operand: 'FILE',
  flags: [
    { flag: '--data', value: 'DIR', help: 'the data directory of a server (default: that of "serve")' },
    { flag: '--head', value: 'SEQ:HASH', help: 'a head that was noted earlier and must be part of the log' },
    { flag: '--excerpt', help: 'FILE was exported with filters: it may begin anywhere and have gaps' },
  ],
  run: async (tools, options) => {
    const path = await pathOf(tools, options);
    const isExcerpt = options.given.has('--excerpt');
    const given = headOf(options);
    if (isExcerpt && given !== null)
      throw usageProblem('An excerpt need not hold a noted head: say one of both.');
    // An export has no noted head beside it.
    const noted = isExcerpt ? [] : await readNotedHeads(path);
    const heads = given === null ? noted : [...noted, given];
    const verdict = await verify(path, { heads, isExcerpt });
    return {
      data: { path, ...verdict, checkedHeads: heads },
      text: [path, ...textOf(verdict), ...(verdict.isIntact ? limitsOf({ heads, isExcerpt }) : [])].join(
        '\n',
      ),
      exitCode: verdict.isIntact ? 0 : 1,
    };
  },
};

async function pathOf({ dataDirectory }: CliTools, { given, operands }: CliOptions): Promise<string> {
  const [file] = operands;
  const data = given.get('--data');
  if (file !== undefined && data !== undefined) throw usageProblem('Say a FILE or --data DIR, not both.');
  const path = file ?? data ?? dataDirectory;
  if (path === null) throw usageProblem('Which log? Say a FILE or --data DIR.');
  const isDirectory = await stat(path).then(
    (found) => found.isDirectory(),
    () => file === undefined,
  );
  return isDirectory ? join(path, 'audit.jsonl') : path;
}

function headOf({ given }: CliOptions): AuditHead | null {
  const text = given.get('--head');
  if (text === undefined) return null;
  const head = parseHead(text);
  if (head === null) throw usageProblem(`${text} is no head; it is a number, a colon and 64 hex digits.`);
  return head;
}

async function verify(path: string, options: { heads: readonly AuditHead[]; isExcerpt: boolean }) {
  try {
    return await verifyAuditLog(path, options);
  } catch (error) {
    throw usageProblem(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function textOf({ fault, head, tornByteCount, ...verdict }: AuditVerdict): readonly string[] {
  const entries = verdict.entryCount === 1 ? '1 entry' : `${amount(verdict.entryCount)} entries`;
  const { firstAtMs, lastAtMs } = verdict;
  const span =
    firstAtMs === null || lastAtMs === null
      ? ''
      : `, ${new Date(firstAtMs).toISOString()} to ${new Date(lastAtMs).toISOString()}`;
  const torn =
    tornByteCount === 0
      ? []
      : [
          `After the last entry stand ${amount(tornByteCount)} bytes of one that was cut short, as a crash leaves them: not counted as a change. The next start of the server sets them aside.`,
        ];
  if (fault !== null) {
    const sound = head === null ? 'No entry stands before it.' : `${entries} before it are sound${span}.`;
    return [
      `NOT INTACT, from line ${fault.lineNumber} on (${fault.kind}). ${printable(fault.problem)}`,
      sound,
    ];
  }
  if (head === null) return ['There is no entry in it.', ...torn];
  const runs = verdict.runCount > 1 ? `, in ${amount(verdict.runCount)} runs with gaps between` : '';
  return [`Intact: ${entries}${runs}${span}.`, ...torn, `Head: ${formatHead(head)}`];
}

/** What an intact log does not prove. */
function limitsOf({
  heads,
  isExcerpt,
}: {
  heads: readonly AuditHead[];
  isExcerpt: boolean;
}): readonly string[] {
  if (isExcerpt) return ['What stands between and around the exported entries was not seen.'];
  if (heads.length > 0) return [`Noted heads found in it: ${heads.map(formatHead).join(', ')}`];
  return [
    'Without a head noted earlier (--head), newest entries that were removed do not show. Note this one elsewhere.',
  ];
}
