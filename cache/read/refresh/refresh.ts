import type { Request } from '#cache/keys/policy.ts';
import type { EntryHeader } from '#cache/store/entryFormat.ts';
import { keepLoaded } from '../keepLoaded.ts';
import { guarded, readMark } from '../load.ts';
import { Fence } from '../loadsUnderWay.ts';
import { readStored } from '../readStored.ts';
import type { ReadSurroundings } from '../readSurroundings.ts';
import { claimRefresh } from './lease.ts';

export interface RefreshCause {
  readonly reason: 'ahead' | 'early' | 'stale';
  /** Of the entry that made it due: one that was stored since then is not refreshed again. */
  readonly seen: EntryHeader;
}

/**
 * Loads an entry anew in the background while its present value goes on being served: once at a time in this process and, by a
 * lease in Redis, among all instances. Bounded in number: past the bound it is left out, and the next read tries again.
 */
export function refresh<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  { reason, seen }: RefreshCause,
): void {
  const { pattern } = request.policy;
  const { key } = request;
  if (around.refreshing.has(key) || around.failures.has(key)) return;
  around.refreshing.add(key);
  const work = around.refreshes.tryRun(() => runRefresh(around, request, seen));
  if (work === null) {
    around.refreshing.delete(key);
    around.events.emit('refreshed', { pattern, reason, result: 'busy' });
    return;
  }
  around.track(
    work
      .catch((): 'failed' => {
        around.failures.note(key);
        return 'failed';
      })
      .then((result) => around.events.emit('refreshed', { pattern, reason, result }))
      .finally(() => around.refreshing.delete(key)),
  );
}

async function runRefresh<Value>(
  around: ReadSurroundings,
  request: Request<Value>,
  seen: EntryHeader,
): Promise<'refreshed' | 'leased' | 'busy'> {
  const release = await claimRefresh(around, request);
  if (release === null) return 'leased';
  const fence = new Fence(request.key, request.owner);
  around.loads.addUnjoined(fence);
  try {
    const { session } = around.memory;
    // Another may have refreshed it between our look and the lease.
    const stored = await readStored(around, request);
    if (typeof stored === 'object' && stored.header.storedAtMs > seen.storedAtMs) return 'leased';
    const mark = await readMark(around);
    const loading = around.guard.tryRun(guarded(request));
    if (loading === null) return 'busy';
    const loaded = await loading;
    await keepLoaded(around, request, { ...loaded, fence, mark, session });
    return 'refreshed';
  } finally {
    around.loads.end(fence);
    release();
  }
}
