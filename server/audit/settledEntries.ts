import type { JsonLinesAuditLog } from './jsonLinesAuditLog.ts';
import { noteSettledHead, readSettledHead } from './notedHeads.ts';

/**
 * The sequence up to which every started job has an end on record, so that a start need not read a long log to its
 * beginning. 0 when that was never noted, or when the log is not the one that it was noted of.
 */
export async function readSettledSequence(audit: JsonLinesAuditLog): Promise<number> {
  const settled = await readSettledHead(audit.path);
  if (settled === null) return 0;
  const [found] = await audit.list(1, settled.sequence + 1);
  return found?.sequence === settled.sequence && found.hash === settled.hash ? settled.sequence : 0;
}

/** To be called while no job runs. One that cannot be noted costs the next start time and nothing else. */
export async function noteSettled(audit: JsonLinesAuditLog): Promise<void> {
  const head = audit.head();
  if (head !== null) await noteSettledHead(audit.path, head).catch(() => {});
}
