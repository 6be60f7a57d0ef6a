import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { describeHistoryStore } from '#test/contract/historyStore.ts';

describeHistoryStore('SQLite', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-history-'));
  return {
    open: (clock) => openSqliteHistory({ directory, clock, log: () => {} }),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
});
