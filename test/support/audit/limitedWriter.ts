// Run as a process of its own, under a limit or as nobody: appends until it is refused, and says in JSON what it was told.
import { argv, getuid, seteuid, stdout } from 'node:process';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { auditRecord } from './chainedEntries.ts';

/** More than any limit of a test holds. */
const MOST_ENTRIES = 1_000;
/** `nobody` on Linux. Root may write whatever is read-only, so that the test takes its rights away. */
const NOBODY = 65_534;

const [, , path = '', user] = argv;
if (user === 'nobody' && getuid?.() === 0) seteuid?.(NOBODY);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

async function write() {
  const log = await openJsonLinesAuditLog({ path, nowMs: Date.now }).catch(messageOf);
  if (typeof log === 'string') return { isOpened: false, appendedCount: 0, refusals: [log], trouble: null };
  const refusals: string[] = [];
  let appendedCount = 0;
  while (refusals.length < 2 && appendedCount < MOST_ENTRIES) {
    try {
      await log.append(auditRecord({ subject: 'x'.repeat(300) }));
      appendedCount += 1;
    } catch (error) {
      refusals.push(messageOf(error));
    }
  }
  return { isOpened: true, appendedCount, refusals, trouble: log.trouble() };
}

stdout.write(JSON.stringify(await write()));
