import { join } from 'node:path';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { openHeadKeeper } from './audit/headKeeper.ts';
import { type JsonLinesAuditLog, openJsonLinesAuditLog } from './audit/jsonLinesAuditLog.ts';
import type { HistoryStore } from './history/historyStore.ts';
import { markOfEntry } from './markOfEntry.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';

interface AuditSurroundings extends ServerSurroundings {
  readonly history: HistoryStore;
  /** Of the server's files. */
  readonly directory: string;
}

export interface OpenAudit {
  readonly audit: JsonLinesAuditLog;
  close(): Promise<void>;
}

/** The audit log with what watches over it; what it says is marked on every chart. */
export async function openAudit(around: AuditSurroundings): Promise<OpenAudit> {
  const { clock, history, log, announce } = around;
  const { nowMs, pause } = clock;
  const audit = await openJsonLinesAuditLog({ path: join(around.directory, 'audit.jsonl'), nowMs });
  const keeper = await openHeadKeeper({ audit, announce, pause });
  for (const note of [audit.note, keeper.note]) {
    if (note === '') continue;
    log(note);
    history.recordMark(DEFAULT_TARGET_ID, { atMs: nowMs(), kind: 'note', text: note });
  }
  audit.onAppend((entry) => {
    const mark = markOfEntry(entry);
    if (mark !== null) history.recordMark(entry.targetId, mark);
  });
  return {
    audit,
    close: async () => {
      await audit.close();
      await keeper.close();
    },
  };
}
