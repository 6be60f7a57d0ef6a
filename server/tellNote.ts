import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { HistoryStore } from './history/historyStore.ts';
import type { ServerSurroundings } from './serverSurroundings.ts';

interface Hearers extends Pick<ServerSurroundings, 'log' | 'clock'> {
  readonly history: HistoryStore;
}

/** Tells the operator what opening a part of the server found: in the log, and as a mark on every chart. */
export function tellNote(text: string | null, { log, clock, history }: Hearers): void {
  if (text === null || text === '') return;
  log(text);
  history.recordMark(DEFAULT_TARGET_ID, { atMs: clock.nowMs(), kind: 'note', text });
}
