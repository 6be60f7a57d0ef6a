import type { MonitorCounts } from '#server/redis/probe/monitorMessages.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';
import { formatCount } from '../formatCount.ts';

/** Share of missed keys without a look-up of ours above which a reader should know. */
const UNMATCHED_RATIO = 0.01;

export function addCounts(one: MonitorCounts, other: MonitorCounts): MonitorCounts {
  return {
    lineCount: one.lineCount + other.lineCount,
    byteCount: one.byteCount + other.byteCount,
    lookupCount: one.lookupCount + other.lookupCount,
    ownCount: one.ownCount + other.ownCount,
    otherDatabaseCount: one.otherDatabaseCount + other.otherDatabaseCount,
    tooLongCount: one.tooLongCount + other.tooLongCount,
    unmatchedMissCount: one.unmatchedMissCount + other.unmatchedMissCount,
  };
}

/** `isElsewhere`: Redis sees our connections come from other addresses than ours, as behind a NAT or a proxy. */
export function notesOf(counts: MonitorCounts, isElsewhere: boolean): readonly string[] {
  const { lookupCount, otherDatabaseCount, tooLongCount, unmatchedMissCount } = counts;
  return [
    isElsewhere
      ? "Redis sees Cachescope's connections come from other addresses than they have here (a proxy or NAT lies between), so Cachescope's own look-ups are counted as well."
      : '',
    otherDatabaseCount > 0
      ? `${formatCount(otherDatabaseCount)} look-ups in other databases are left out.`
      : '',
    tooLongCount > 0
      ? `${formatCount(tooLongCount)} look-ups of very long keys or lists of keys are left out.`
      : '',
    unmatchedMissCount > lookupCount * UNMATCHED_RATIO
      ? `${formatCount(unmatchedMissCount)} keys were missed by commands that are not counted as look-ups here (such as SORT, SET with GET, or a module's).`
      : '',
  ].filter((note) => note !== '');
}

interface End {
  /** Why it ended before its time; empty when it did not. */
  readonly early: string;
  readonly result: ProbeResult | null;
  readonly attachedMs: number;
  /** What became of the setting; empty when it was not changed. */
  readonly restored: string;
}

export function describeEnd({ early, result, attachedMs, restored }: End): string {
  return [early, describeResult(result, attachedMs), restored]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

function describeResult(result: ProbeResult | null, attachedMs: number): string {
  const seconds = `${(attachedMs / 1_000).toFixed(1)} s`;
  if (result === null)
    return attachedMs > 0 ? `Nothing is kept of the ${seconds} that were seen.` : 'Nothing was measured.';
  const count = result.patterns.reduce((sum, { hits, misses }) => sum + hits + misses, 0);
  const noun = result.patterns.length === 1 ? 'pattern' : 'patterns';
  return `${formatCount(count)} look-ups of ${formatCount(result.patterns.length)} ${noun} in ${seconds}.`;
}
