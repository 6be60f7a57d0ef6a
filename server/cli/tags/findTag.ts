import { printable } from '#shared/export/printable.ts';
import type { TagList, TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import type { ApiQuery } from '../apiQuery.ts';
import { usageProblem } from '../cliOptions.ts';
import { CliProblem } from '../cliProblem.ts';

interface TagAsked {
  /** As the list shows it, or the key of its index. */
  readonly name: string;
  /** Id or name of the layout, where several have such a tag. */
  readonly layout: string | undefined;
}

/** Every tag that is called so. Throws `CliProblem` when there is none. */
export async function findTags(query: ApiQuery, { name, layout }: TagAsked): Promise<readonly TagSummary[]> {
  const list = await query('tags.list', { targetId: DEFAULT_TARGET_ID, search: name });
  const called = list.tags.filter(({ tag, tagKey }) => tag === name || tagKey === name);
  const found = called.filter((one) => layout === undefined || isOfLayout(one, layout));
  if (found.length > 0) return found;
  if (called.length > 0) {
    const others = called.map((one) => one.layout).join(', ');
    throw new CliProblem(
      `No tag ${printable(name)} of the layout ${layout} was found; of others: ${others}.`,
    );
  }
  throw new CliProblem(`No tag ${printable(name)} was found. ${whyMissing(list)}`);
}

/** As people name a layout: by its id, or by its name in any case. */
export function isOfLayout({ layout, layoutName }: TagSummary, named: string): boolean {
  return layout === named || layoutName.toLowerCase() === named.toLowerCase();
}

/** The one tag that is called so. Throws `CliProblem`. */
export async function findTag(query: ApiQuery, asked: TagAsked): Promise<TagSummary> {
  const [tag, another] = await findTags(query, asked);
  if (tag === undefined) throw new CliProblem(`No tag ${printable(asked.name)} was found.`);
  if (another !== undefined) {
    const which = [tag, another].map(({ layout, tagKey }) => `--layout ${layout} (${printable(tagKey)})`);
    const isOneLayout = tag.layout === another.layout;
    throw usageProblem(
      isOneLayout
        ? `Several indexes have a tag ${printable(asked.name)}: name one by its key, such as --tag '${printable(tag.tagKey)}'.`
        : `Several layouts have a tag ${printable(asked.name)}: say ${which.join(' or ')}.`,
    );
  }
  return tag;
}

/** Throws `CliProblem` for a tag of a layout that lists no entries; `why` says what that means here. */
export function refuseMark({ tag, layoutName, memberCount }: TagSummary, why: string): void {
  if (memberCount !== null) return;
  throw new CliProblem(
    `${printable(tag)}: ${layoutName} lists no entries of a tag, but invalidates it by a mark, so that ${why}.`,
  );
}

function whyMissing({ walkEndedAtMs, leftOutCount, isWalking }: TagList): string {
  if (walkEndedAtMs === null || isWalking) {
    return 'Not all keys were looked at yet: "cachescope tags list --wait" waits for that.';
  }
  if (leftOutCount > 0) return 'There are more tags than are listed: name it by the key of its index.';
  return '"cachescope tags list" lists those that there are.';
}
