import { formatCount } from '#client/lib/formatNumber.ts';
import type { PurgeAsked } from '#client/lib/jobs/useGuardedJob.ts';
import type { PurgeSelection } from '#shared/acting/purgeInput.ts';
import { MAX_NAMED_KEYS, MAX_NAMED_TAGS } from '#shared/acting/purgeLimits.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { type ConditionDraft, prepareConditions } from './prepareConditions.ts';

/** What stands in the form. */
export interface PurgeDraft {
  readonly by: Exclude<PurgeSelection['by'], 'tag' | 'letter'>;
  readonly text: string;
  readonly match: 'any' | 'all';
  readonly tags: readonly TagSummary[];
  /** Of a pattern or a glob. */
  readonly conditions: ConditionDraft;
  readonly isWholeCacheMeant: boolean;
}

interface Way {
  readonly by: PurgeDraft['by'];
  readonly text: string;
  readonly label: string;
  readonly example: string;
  readonly help: string;
}

/** How keys can be named, the narrowest first. */
export const ways: readonly Way[] = [
  {
    by: 'keys',
    text: 'by their names',
    label: `Keys, one a line, at most ${MAX_NAMED_KEYS}`,
    example: 'shop:product:42',
    help: 'As the page shows them: a backslash is \\\\, any other byte may be \\xNN.',
  },
  {
    by: 'pattern',
    text: 'of a pattern',
    label: 'Pattern',
    example: 'shop:product:{id}',
    help: 'As the patterns page names it. Keys of other patterns that begin alike are left.',
  },
  {
    by: 'glob',
    text: 'that a glob matches',
    label: 'Glob of Redis',
    example: 'shop:product:4?:*',
    help: '* any text, ? one byte, [ab] one of these. A backslash before * ? [ ] means the character itself; write it as \\\\.',
  },
  {
    by: 'tags',
    text: 'of several tags',
    label: 'Tags',
    example: '',
    help: 'Of one tag alone, purge on the page of tags.',
  },
];

/** Tags of several that a purge combines: those that list their entries, less those that are chosen. */
export function tagsToAdd(
  found: readonly TagSummary[],
  chosen: readonly TagSummary[],
): readonly TagSummary[] {
  const isChosen = (tag: TagSummary) =>
    chosen.some(({ layout, tagKey }) => layout === tag.layout && tagKey === tag.tagKey);
  return found.filter((tag) => tag.memberCount !== null && !isChosen(tag)).slice(0, SHOWN_TAGS);
}

/** Found tags that are offered at once; a longer search narrows them. */
const SHOWN_TAGS = 10;

export type PurgeRequest =
  | { readonly state: 'ready'; readonly asked: PurgeAsked; readonly note: string }
  | { readonly state: 'incomplete'; readonly missing: string };

/** What the form asks for, or what is missing. */
export function prepareRequest(draft: PurgeDraft): PurgeRequest {
  const { by, text, isWholeCacheMeant } = draft;
  if (by === 'keys') return prepareKeys(text);
  if (by === 'tags') return prepareTags(draft);
  const [only = '', ...more] = text.split('\n').filter((line) => line.trim() !== '');
  if (only === '')
    return { state: 'incomplete', missing: by === 'glob' ? 'Needs a glob.' : 'Needs a pattern.' };
  if (more.length > 0) return { state: 'incomplete', missing: 'One at a time: there is more than one line.' };
  const conditions = prepareConditions(draft.conditions);
  if (conditions.state === 'incomplete') return conditions;
  const where = conditions.where.length === 0 ? {} : { where: [...conditions.where] };
  const selection: PurgeSelection =
    by === 'glob' ? { by, glob: only, ...where } : { by, pattern: only.trim(), ...where };
  const asked = isWholeCacheMeant ? { selection, isWholeCacheMeant } : { selection };
  return { state: 'ready', asked, note: 'Looks at every key name of Redis, 100,000 a second.' };
}

function prepareTags({ match, tags }: PurgeDraft): PurgeRequest {
  if (tags.length < 2) return { state: 'incomplete', missing: 'Needs two tags or more.' };
  if (tags.length > MAX_NAMED_TAGS) {
    return { state: 'incomplete', missing: `At most ${MAX_NAMED_TAGS} tags at a time.` };
  }
  const named = tags.map(({ layout, tagKey }) => ({ layout, tagKey }));
  const note = match === 'any' ? 'Keys with at least one of these tags.' : 'Keys with each of these tags.';
  return { state: 'ready', asked: { selection: { by: 'tags', match, tags: named } }, note };
}

function prepareKeys(text: string): PurgeRequest {
  const keys = text.split('\n').filter((line) => line !== '');
  if (keys.length === 0) return { state: 'incomplete', missing: 'Needs a key.' };
  if (keys.length > MAX_NAMED_KEYS) {
    const missing = `${formatCount(keys.length)} keys are more than ${MAX_NAMED_KEYS}: use a pattern, a glob or a tag.`;
    return { state: 'incomplete', missing };
  }
  const note = keys.length === 1 ? '1 key' : `${formatCount(keys.length)} keys`;
  return { state: 'ready', asked: { selection: { by: 'keys', keys } }, note };
}
