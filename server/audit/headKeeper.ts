import { type AuditHead, formatHead } from './auditChain.ts';
import type { JsonLinesAuditLog } from './jsonLinesAuditLog.ts';
import { keepLostHead, noteHead, readNotedHead } from './notedHeads.ts';

/** How often a head that changed is told. A removal of what came after the last one is seen only beside the log itself. */
const ANNOUNCE_EVERY_MS = 3_600_000;

interface HeadKeeperOptions {
  readonly audit: JsonLinesAuditLog;
  /** Takes a line that somebody keeps outside of the data directory, as whoever collects stdout does. */
  readonly announce: (line: string) => void;
  readonly pause: (ms: number, signal: AbortSignal) => Promise<void>;
}

export interface HeadKeeper {
  /** What the look at the head that was noted last found, in a sentence; empty when the log holds it. */
  readonly note: string;
  close(): Promise<void>;
}

/**
 * Notes the head beside the log after each entry and tells it at the start and every hour in which it changed: a chain
 * alone does not show that its newest entries were removed.
 */
export async function openHeadKeeper({ audit, announce, pause }: HeadKeeperOptions): Promise<HeadKeeper> {
  const note = await lookForNotedHead(audit);
  let lastNote: Promise<void> = Promise.resolve();
  const keep = (head: AuditHead) => {
    // A head that cannot be noted, as on a full disk, stays behind the log, which is no loss.
    lastNote = lastNote.then(() => noteHead(audit.path, head)).catch(() => {});
  };
  const head = audit.head();
  if (head !== null) keep(head);
  audit.onAppend(keep);

  const end = new AbortController();
  let told = '';
  const tell = () => {
    const now = audit.head();
    if (now === null || formatHead(now) === told) return;
    told = formatHead(now);
    announce(`Cachescope audit head: ${told}`);
  };
  tell();
  const telling = (async () => {
    while (!end.signal.aborted) {
      await pause(ANNOUNCE_EVERY_MS, end.signal);
      tell();
    }
  })();
  return {
    note,
    close: async () => {
      end.abort();
      await telling;
      await lastNote;
    },
  };
}

/** A log that lacks the head that was noted last has lost entries while no server ran. */
async function lookForNotedHead(audit: JsonLinesAuditLog): Promise<string> {
  const noted = await readNotedHead(audit.path);
  if (noted === null) return '';
  const [found] = await audit.list(1, noted.sequence + 1);
  if (found?.sequence === noted.sequence && found.hash === noted.hash) return '';
  await keepLostHead(audit.path, noted).catch(() => {});
  const now = audit.head();
  return (
    `The audit log lacks entry ${noted.sequence}, which it held when the server last wrote to it; ` +
    `${now === null ? 'it is empty now' : `it ends with entry ${now.sequence} now`}. Entries were removed or rewritten, ` +
    'or the file was put in place of another one: "cachescope audit verify" says more.'
  );
}
