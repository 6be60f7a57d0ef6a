import { CacheError } from '#cache/cacheError.ts';
import { judgeStored } from '#cache/read/refresh/judgeStored.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { collectEntries } from './collectEntries.ts';
import type { EntryName } from './entryName.ts';
import { prepareStages } from './prepareStages.ts';
import type { WarmPlan } from './warmerOptions.ts';
import type { WarmSurroundings } from './warmSurroundings.ts';

/** Entries that are looked for: the share that is fresh is then within 7 points of the truth (95 %). Ours. */
const SAMPLE_COUNT = 200;
/** Looks under way at once. */
const LOOKS_AT_ONCE = 10;

/**
 * What a run of a warmer would do, without loading anything: its list is made as for a run, and some of its entries are looked
 * for in Redis. Rejects with what the list throws, with `unknownFamily`, `badField` or `closed`, and with the code of the command when Redis
 * does not answer.
 */
export async function previewWarm(around: WarmSurroundings, plan: WarmPlan): Promise<WarmPreview> {
  const collected = await collectEntries(plan, around.closing);
  if (collected === null) throw new CacheError('closed', 'The cache was closed.');
  const entryCount = prepareStages(collected.entries.length, plan.stages).at(-1)?.toIndex ?? 0;
  const entries = collected.entries.slice(0, entryCount);
  const sample = evenly(entries, SAMPLE_COUNT);
  const { perSecond, concurrency, stages, jitterRatio } = plan;
  return {
    ...{ entryCount, isCut: collected.isCut },
    patterns: await countPatterns(around, entries),
    ...{ sampledCount: sample.length, freshCount: await countFresh(around, sample) },
    ...{ perSecond, concurrency, stages, jitterRatio },
  };
}

/** Up to so many of them, from the first to the last in equal steps. */
function evenly(entries: readonly EntryName[], count: number): readonly EntryName[] {
  if (entries.length <= count) return entries;
  const step = (entries.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, at) => entries[Math.round(at * step)]).filter(
    (entry) => entry !== undefined,
  );
}

async function countPatterns(
  around: WarmSurroundings,
  entries: readonly EntryName[],
): Promise<WarmPreview['patterns']> {
  const families = Map.groupBy(entries, ({ family }) => family);
  const counted = [...families.values()].map(async (ofFamily) => {
    const [first] = ofFamily;
    const pattern = first === undefined ? '' : (await around.requestOf(first)).policy.pattern;
    return { pattern, count: ofFamily.length };
  });
  return (await Promise.all(counted)).toSorted((one, other) => other.count - one.count);
}

async function countFresh(around: WarmSurroundings, entries: readonly EntryName[]): Promise<number> {
  let freshCount = 0;
  const remaining = entries.values();
  const look = async (): Promise<void> => {
    for (const entry of remaining) {
      const seen = await judgeStored(around.reading, await around.requestOf(entry));
      if (seen === 'away') throw new CacheError('timeout', 'Redis did not answer.');
      if (seen === 'fresh') freshCount += 1;
    }
  };
  await Promise.all(Array.from({ length: LOOKS_AT_ONCE }, look));
  return freshCount;
}
