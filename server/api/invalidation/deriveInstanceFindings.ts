import type { InvalidationRow } from './deriveInvalidations.ts';
import type { InvalidationFinding } from './invalidationFinding.ts';

/** Messages that somebody sent and an instance cannot have missed by a difference between two readings. RULES R18, with 60 s of it. */
const HEARD_BY_OTHERS = 5;
const LEAST_WINDOW_MS = 30_000;
/** Deploys restart instances: what is away for less is not called out. RULES R18. */
const RETRIES_AGE_MS = 60_000;
/** Instances that one line names. */
const MAX_NAMES = 4;

type Rows = readonly InvalidationRow[];

/** What is wrong with instances that are heard. What a fault of Redis does to many at once is one finding, not one of each. */
export function deriveInstanceFindings(heard: Rows, nowMs: number): readonly InvalidationFinding[] {
  const kinds: readonly (readonly [Rows, (rows: Rows) => InvalidationFinding])[] = [
    [heard.filter(isDeaf), (rows) => deafFinding(rows, nowMs)],
    // Lost when their processes end, so before what mends itself.
    [heard.filter((row) => waitsLong(row, nowMs)), retryFinding],
    [heard.filter(({ coherence }) => coherence === 'lost'), unsubscribedFinding],
    [heard.filter(({ recent }) => (recent?.missed ?? 0) > 0), missedFinding],
  ];
  return kinds.flatMap(([rows, finding]) => (rows.length === 0 ? [] : [finding(rows)]));
}

function isDeaf({ recent, expectedCount, coherence }: InvalidationRow): boolean {
  return (
    coherence !== 'lost' &&
    recent !== null &&
    recent.windowMs >= LEAST_WINDOW_MS &&
    recent.received === 0 &&
    (expectedCount ?? 0) >= HEARD_BY_OTHERS
  );
}

function waitsLong({ retriesWaiting, retriesSinceMs }: InvalidationRow, nowMs: number): boolean {
  return (retriesWaiting ?? 0) > 0 && retriesSinceMs !== null && nowMs - retriesSinceMs >= RETRIES_AGE_MS;
}

/** The name of one; of several how many there are, and the names of the first. */
function whoOf(rows: Rows): { readonly who: string; readonly names: string } {
  const names = rows.map(
    ({ instance, address, service }) => instance ?? address ?? service ?? 'an instance without a name',
  );
  if (rows.length === 1) return { who: names.join(''), names: '' };
  const rest = names.length - MAX_NAMES;
  const shown = names.slice(0, MAX_NAMES).join(', ');
  return { who: `${rows.length} instances`, names: ` (${shown}${rest > 0 ? ` and ${rest} more` : ''})` };
}

function sumOf(rows: Rows, count: (row: InvalidationRow) => number | null | undefined): number {
  return rows.reduce((sum, row) => sum + (count(row) ?? 0), 0);
}

/** Those of one instance and those of several are each one finding through time, whoever of the several joins or leaves. */
function headOf(kind: string, rows: Rows): Pick<InvalidationFinding, 'id' | 'rule'> {
  return { id: `${kind} ${rows.length === 1 ? rows[0]?.id : 'several'}`, rule: 'R18' };
}

function deafFinding(rows: Rows, nowMs: number): InvalidationFinding {
  const { who, names } = whoOf(rows);
  const most = Math.max(...rows.map(({ expectedCount }) => expectedCount ?? 0));
  const it = rows.length === 1 ? 'It takes its subscription' : 'They take their subscriptions';
  return {
    ...headOf('deaf', rows),
    severity: 'critical',
    sinceMs: nowMs - Math.max(...rows.map(({ recent }) => recent?.windowMs ?? 0)),
    text: `${who} received nothing, while the others sent ${most} messages${names}.`,
    meaning: `${it} to be alive, and old entries may be served from memory until they expire. Restart, or look for another prefix or database.`,
  };
}

function unsubscribedFinding(rows: Rows): InvalidationFinding {
  const { who, names } = whoOf(rows);
  const isOne = rows.length === 1;
  const gone = isOne ? 'Its subscription in Redis is gone' : 'Their subscriptions in Redis are gone';
  return {
    ...headOf('lost', rows),
    severity: 'warning',
    sinceMs: null,
    text: `${who} ${isOne ? 'does' : 'do'} not hear the invalidations of the others${names}.`,
    meaning: `${gone}, so L1 is empty and off. Reads go to Redis; while a breaker is open, to fallback memory, which may be old. Look at the connection.`,
  };
}

function missedFinding(rows: Rows): InvalidationFinding {
  const { who, names } = whoOf(rows);
  const missed = sumOf(rows, ({ recent }) => recent?.missed);
  return {
    ...headOf('missed', rows),
    severity: 'warning',
    sinceMs: null,
    text: `${who} missed ${missed} ${missed === 1 ? 'message' : 'messages'} in the last minute${names}.`,
    meaning:
      'The numbers of messages tell it, and L1 was emptied. A connection broke, or Redis dropped a subscriber that reads too slowly (client-output-buffer-limit pubsub).',
  };
}

function retryFinding(rows: Rows): InvalidationFinding {
  const { who, names } = whoOf(rows);
  return {
    ...headOf('retries', rows),
    severity: 'warning',
    sinceMs: Math.min(...rows.map(({ retriesSinceMs }) => retriesSinceMs ?? Number.POSITIVE_INFINITY)),
    text: `${sumOf(rows, ({ retriesWaiting }) => retriesWaiting)} invalidations of ${who} wait to be done again${names}.`,
    meaning:
      'Redis did not confirm them: what they mean may be served until it does. They are lost when the process ends.',
  };
}
