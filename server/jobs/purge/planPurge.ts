import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import { parseInteger } from '#server/tags/parseReplies.ts';
import type { PlanFence } from '#shared/acting/planFence.ts';
import type { PurgeInput } from '#shared/acting/purgeInput.ts';
import { AppError } from '#shared/errorCodes.ts';
import { checkWritable } from '../checkWritable.ts';
import { findFence } from '../fence/findFence.ts';
import { formatCount } from '../formatCount.ts';
import { chooseMethod, isOverload, SAFE_CAPACITY_RATIO } from './forecast/chooseMethod.ts';
import { forecastLoad } from './forecast/forecastLoad.ts';
import type { HeldPurge } from './heldPurge.ts';
import { offerUndo } from './offerUndo.ts';
import type { PlanParts } from './planParts.ts';
import { preparePurgePlan } from './preparePurgePlan.ts';
import { readEntryRatio } from './readEntryRatio.ts';
import { sampleKeys } from './sampleKeys.ts';
import { openSelection } from './selections/openSelection.ts';
import type { Selection } from './selections/selection.ts';
import { surveyKeys } from './surveyKeys.ts';

/** More than this share of all keys is more than somebody means who names a pattern. */
const SLIP_RATIO = 0.5;
/** Below this many keys in all, half of them is no slip. Ours. */
const SLIP_LEAST_KEYS = 100;

/** A transaction of WATCH that runs late changes only what nobody has stored since. */
const MARKS_UNFENCED: PlanFence = {
  state: 'unfenced',
  why: 'A batch that Redis does not answer may run later, but marks only entries that nobody has stored anew since.',
};

/**
 * What a purge would do, by reading alone: one walk over its keys, and of at most 1,000 of them the size (MEMORY USAGE) and
 * of 200 the TTL (PTTL, which counts as look-ups); and what it would ask of the source.
 * Throws `AppError` notFound when there is nothing to purge, badInput for what is none or wider than is meant, sourceOverload
 * when the source would not stand it; `RedisFault`.
 */
export async function planPurge(parts: PlanParts, input: PurgeInput): Promise<HeldPurge> {
  const connection = await parts.session.connection();
  await checkWritable(connection);
  const selection = await openSelection(connection, input.selection, parts);
  const survey = await surveyKeys({ ...parts, connection, selection });
  if (selection.isEasilyTooWide && input.isWholeCacheMeant !== true) {
    refuseSlip(selection, survey.keyCount, await readAllCount(connection));
  }
  const sample = await sampleKeys(connection, survey.sample, survey.keyCount);
  if (sample.existingCount.value === 0) {
    const text = `There are ${formatCount(survey.keyCount)} keys ${selection.words}, but none of those looked at exists any more. Nothing to purge.${leavesOf(selection)}`;
    throw new AppError('notFound', text);
  }
  const source = parts.sourceLoad();
  const atOnce = forecastLoad(survey.patternCounts, { how: 'now' }, source);
  const chosen =
    input.method === undefined
      ? (selection.wish ?? chooseMethod(atOnce, survey.keyCount))
      : { method: input.method, why: '' };
  const load =
    chosen.method.how === 'now' ? atOnce : forecastLoad(survey.patternCounts, chosen.method, source);
  // What is marked as stale is served while it is loaded anew, also by a source that is slow.
  if (chosen.method.how !== 'soft' && isOverload(load)) throw overload(load);
  const entryRatio = chosen.method.how === 'soft' ? await readEntryRatio(connection, survey.sample) : null;
  if (entryRatio === 0) throw noEntries();
  const undo = await offerUndo(connection, { ...parts, input, method: chosen.method, sample, selection });
  const fence =
    chosen.method.how === 'soft' ? MARKS_UNFENCED : await findFence(connection, survey.sample[0] ?? null);
  const { runId } = parts.session;
  const plan = preparePurgePlan(parts, input, {
    selection,
    runId,
    survey,
    sample,
    chosen,
    load,
    undo,
    fence,
    entryRatio,
  });
  const patterns = new Set(survey.patternCounts.keys());
  return { plan, selection, frozenKeys: survey.frozenKeys, patterns, runId };
}

function leavesOf({ leaves }: Selection): string {
  return leaves === undefined ? '' : ` ${leaves}`;
}

/** Keys of the whole database; null when the ACL does not allow to ask, so that nobody can tell what is too wide. */
async function readAllCount(connection: RedisConnection): Promise<number | null> {
  try {
    return parseInteger(await connection.send('DBSIZE'));
  } catch (error) {
    if (error instanceof RedisFault && error.kind === 'notPermitted') return null;
    throw error;
  }
}

function refuseSlip(selection: Selection, count: number, allCount: number | null): void {
  if (allCount === null || allCount < SLIP_LEAST_KEYS) return;
  if (count <= SLIP_RATIO * allCount) return;
  throw new AppError(
    'badInput',
    `${formatCount(count)} of ${formatCount(allCount)} keys are ${selection.words}: more than half. ` +
      'Narrow it, or say that the whole cache is meant (--whole-cache).',
  );
}

function noEntries(): AppError {
  const text =
    'None of the keys looked at is an entry of cachescope/cache, and only these can be marked as stale. Remove them in stages or spread them instead.';
  return new AppError('badInput', text);
}

function overload({ peakExtra, currentPerSecond, capacityPerSecond }: HeldPurge['plan']['load']): AppError {
  const extra = formatCount(Math.round(peakExtra?.perSecond ?? 0));
  const now = currentPerSecond === null ? '' : ` beside ${formatCount(Math.round(currentPerSecond))} of now`;
  return new AppError(
    'sourceOverload',
    `It would ask the source for about ${extra} more loads a second${now}; it stands ` +
      `${formatCount(capacityPerSecond ?? 0)}, of which ${SAFE_CAPACITY_RATIO * 100} % are safe. ` +
      'Mark the entries as stale, remove them in stages, spread them over a longer time, or narrow it.',
  );
}
