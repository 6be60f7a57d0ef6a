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

/** The head up to which every job that was started has an end on record. */
function settledPath(auditPath: string): string {
  return `${auditPath}.settled`;
}

/** What the server itself noted of this log; empty where nothing can be read. */
export async function readNotedHeads(auditPath: string): Promise<readonly AuditHead[]> {
  const [noted, lost] = await Promise.all([readNotedHead(auditPath), readLostHeads(auditPath)]);
  return noted === null ? lost : [...lost, noted];
}

/** Heads that a start missed in the log. */
export async function readLostHeads(auditPath: string): Promise<readonly AuditHead[]> {
  return (await readText(lostPath(auditPath))).split('\n').flatMap((line) => parseHead(line) ?? []);
}

/** The head that was noted last; null where none can be read. */
export async function readNotedHead(auditPath: string): Promise<AuditHead | null> {
  return parseHead(await readText(headPath(auditPath)));
}

/** Replaces the noted head in one step, so that a crash leaves the old one or the new one. */
export function noteHead(auditPath: string, head: AuditHead): Promise<void> {
  return replaceHead(headPath(auditPath), head);
}

/** Null where none can be read. */
export async function readSettledHead(auditPath: string): Promise<AuditHead | null> {
  return parseHead(await readText(settledPath(auditPath)));
}

/** Called when no job runs: entries up to this one need never be looked at again for jobs without an end. */
export function noteSettledHead(auditPath: string, head: AuditHead): Promise<void> {
  return replaceHead(settledPath(auditPath), head);
}

async function replaceHead(path: string, head: AuditHead): Promise<void> {
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
