import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';

// A process that records one step and then holds the history open until it is killed.
const [, , directory = '', startMs = ''] = process.argv;
const history = openSqliteHistory({ directory, clock: () => Number(startMs), log: () => {} });
history.recordTraffic('default', Number(startMs), [
  { pattern: 'a', hits: 7, misses: 0, loads: 0, loadMs: 0, puts: 0 },
]);
process.stdout.write('recorded\n');
setInterval(() => history.state(), 60_000);
