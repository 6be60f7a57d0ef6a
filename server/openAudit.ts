import { join } from 'node:path';
import { type ChainCheck, openChainCheck } from './audit/chainCheck.ts';
import { openHeadKeeper } from './audit/headKeeper.ts';
import { type JsonLinesAuditLog, openJsonLinesAuditLog } from './audit/jsonLinesAuditLog.ts';
import type { HistoryStore } from './history/historyStore.ts';
import { markOfEntry } from './markOfEntry.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';
import { tellNote } from './tellNote.ts';

interface AuditSurroundings extends ServerSurroundings {
  readonly history: HistoryStore;
  /** Of the server's files. */
  readonly directory: string;
}

export interface OpenAudit {
  readonly audit: JsonLinesAuditLog;
  readonly check: ChainCheck;
  close(): Promise<void>;
}

/** The audit log with what watches over it; what it says is marked on every chart. */
export async function openAudit(around: AuditSurroundings): Promise<OpenAudit> {
  const { clock, history, log, announce } = around;
  const { nowMs, pause } = clock;
  const audit = await openJsonLinesAuditLog({ path: join(around.directory, 'audit.jsonl'), nowMs });
  const keeper = await openHeadKeeper({ audit, announce, pause });
  tellNote(audit.note, around);
  tellNote(keeper.note, around);
  audit.onAppend((entry) => {
    const mark = markOfEntry(entry);
    if (mark !== null) history.recordMark(entry.targetId, mark);
  });
  const check = openChainCheck({ audit, clock, onTrouble: log });
  return {
    audit,
    check,
    close: async () => {
      await check.close();
      await audit.close();
      await keeper.close();
    },
  };
}
