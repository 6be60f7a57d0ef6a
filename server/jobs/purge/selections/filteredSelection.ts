import type { RedisConnection } from '#server/redis/redisConnection.ts';
import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import { describePredicates } from '#shared/acting/predicateWords.ts';
import { formatCount } from '../../formatCount.ts';
import { openPredicates, type PredicateParts } from '../predicates/openPredicates.ts';
import type { Selection } from './selection.ts';

/**
 * The keys of a selection of which conditions hold as well, told by asking each key. What cannot be told of a key is said by the
 * plan, and the key is left alone. Throws `AppError` badInput for what this Redis can tell of no key; `RedisFault`.
 */
export async function filteredSelection(
  connection: RedisConnection,
  { inner, where }: { readonly inner: Selection; readonly where: readonly KeyPredicate[] },
  parts: PredicateParts,
): Promise<Selection> {
  const predicates = await openPredicates(connection, where, parts);
  const words = describePredicates(where);
  const undecided = new Map<string, number>();
  async function readMatching(link: RedisConnection, keys: readonly Buffer[]): Promise<readonly Buffer[]> {
    const verdicts = await predicates.judge(link, keys, true);
    for (const verdict of verdicts) {
      if (typeof verdict === 'string') continue;
      undecided.set(verdict.unknown, (undecided.get(verdict.unknown) ?? 0) + 1);
    }
    return keys.filter((_, at) => verdicts[at] === 'matches');
  }
  return {
    ...inner,
    words: `${inner.words}, ${words}`,
    subject: `${inner.subject}, ${words}`,
    async readKeys(link, from) {
      if (from.cursor === '0') undecided.clear();
      const page = await inner.readKeys(link, from);
      return { cursor: page.cursor, elements: await readMatching(link, page.elements) };
    },
    async readStillMeant(link, keys) {
      const verdicts = await predicates.judge(link, keys, false);
      return keys.filter((_, at) => verdicts[at] === 'matches');
    },
    notes: () => [
      ...inner.notes(),
      ...predicates.notes,
      ...[...undecided].map(([why, count]) => describeUndecided(count, inner.words, why)),
    ],
    prepareShellCommands: () => [
      `# Keys ${words} are told by asking each one, right before it goes; no short line of a shell does that. The page does.`,
    ],
  };
}

function describeUndecided(count: number, words: string, why: string): string {
  const keys = count === 1 ? '1 key' : `${formatCount(count)} keys`;
  return `Of ${keys} ${words} it cannot be told, so that they are left alone. ${why}`;
}
