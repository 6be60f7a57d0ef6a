import { appendFile, readFile, rename, writeFile } from 'node:fs/promises';
import { type AuditHead, formatHead, parseHead } from './auditChain.ts';

/** The head as the server noted it last, beside the log; never ahead of what is on disk. */
function headPath(auditPath: string): string {
  return `${auditPath}.head`;
}

/** Heads that a start did not find in the log any more, one a line, until an operator has looked and removes the file. */
function lostPath(auditPath: string): string {
  return `${auditPath}.lost-heads`;
}

/** What the server itself noted of this log; empty where nothing can be read. */
export async function readNotedHeads(auditPath: string): Promise<readonly AuditHead[]> {
  const texts = await Promise.all([readText(headPath(auditPath)), readText(lostPath(auditPath))]);
  return texts.flatMap((text) => text.split('\n')).flatMap((line) => parseHead(line) ?? []);
}

/** The head that was noted last; null where none can be read. */
export async function readNotedHead(auditPath: string): Promise<AuditHead | null> {
  return parseHead(await readText(headPath(auditPath)));
}

/** Replaces the noted head in one step, so that a crash leaves the old one or the new one. */
export async function noteHead(auditPath: string, head: AuditHead): Promise<void> {
  const path = headPath(auditPath);
  await writeFile(`${path}.new`, `${formatHead(head)}\n`, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

/** Keeps a head that the log does not hold any more, so that later entries do not hide the loss. */
export async function keepLostHead(auditPath: string, head: AuditHead): Promise<void> {
  await appendFile(lostPath(auditPath), `${formatHead(head)}\n`, { mode: 0o600, flush: true });
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch {
    return '';
  }
}
