import type { MarkPlan } from '#shared/acting/plan.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { CliTools } from '../../cliCommand.ts';
import { type CliOptions, usageProblem } from '../../cliOptions.ts';
import { findTag } from '../../tags/findTag.ts';

/** What says how keys go, or which; a mark makes old whatever carries the tag, at once. */
const FLAGS_OF_KEYS = ['--method', '--over', '--bad-data', '--whole-cache', '--match'] as const;

/** Other ways to say which keys: what is wrong with both at once is said where selections are read. */
const OTHER_WAYS = ['--pattern', '--glob', '--key', '--keys-from'] as const;

/** The one tag of `--tag` when its layout lists no entries but invalidates it by a mark; null = the purge is of keys. */
export async function markedTagOf(
  { repeated, given }: CliOptions,
  { query }: CliTools,
): Promise<TagSummary | null> {
  const [name, another] = new Set(repeated.get('--tag') ?? []);
  const isAlone = another === undefined && !OTHER_WAYS.some((flag) => given.has(flag));
  if (name === undefined || name === '' || !isAlone) return null;
  const tag = await findTag(query, { name, layout: given.get('--layout') });
  return tag.memberCount === null ? tag : null;
}

/** Throws `CliProblem`. */
export async function planMark(
  { given }: CliOptions,
  { query }: CliTools,
  { layout, layoutName, tagKey }: TagSummary,
): Promise<MarkPlan> {
  const misplaced = FLAGS_OF_KEYS.find((flag) => given.has(flag));
  if (misplaced !== undefined) {
    throw usageProblem(
      `${misplaced} does not go with this tag: ${layoutName} lists no entries of it, but makes all of them old at once by a mark.`,
    );
  }
  return query('jobs.planMark', { targetId: DEFAULT_TARGET_ID, layout, tagKey });
}
